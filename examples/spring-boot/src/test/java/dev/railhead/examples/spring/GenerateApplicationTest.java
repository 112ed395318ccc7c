package dev.railhead.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.FinishReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class GenerateApplicationTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String STORY = "/generate?prompt=Once+upon+a+time&maxTokens=40&temperature=0";
    /// A high temperature makes the model ramble on, up to the end of its context.
    private static final String ENDLESS = "/generate?prompt=Once+upon+a+time&maxTokens=1000&temperature=5&seed=7";

    private final int port;
    private final BlockingQueue<GenerationFinished> finished;

    GenerateApplicationTest(@Value("${local.server.port}") int port, @Autowired Finished listener) {
        this.port = port;
        finished = listener.queue;
    }

    @TestConfiguration
    static class Configuration {
        @Bean
        Finished finished() {
            return new Finished();
        }
    }

    static class Finished {
        private final BlockingQueue<GenerationFinished> queue = new LinkedBlockingQueue<>();

        @EventListener
        void on(GenerationFinished event) {
            queue.add(event);
        }
    }

    @BeforeEach
    void forgetEarlierEvents() {
        finished.clear();
    }

    @AfterAll
    static void closeClient() {
        CLIENT.close();
    }

    @Test
    void streamsTokensAsEvents() throws Exception {
        HttpResponse<String> response = CLIENT.send(get(STORY), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("text/event-stream"));
        List<String> events = events(response.body());
        assertThat(events).filteredOn("token"::equals).hasSizeGreaterThan(10);
        assertThat(events).last().isEqualTo("done");
        assertThat(response.body()).contains("\"finishReason\"");
        assertThat(text(response.body())).isNotBlank();
    }

    @Test
    void concurrentRequestsGetTheSameTextAsOneAlone() throws Exception {
        String alone = text(CLIENT.send(get(STORY), BodyHandlers.ofString()).body());

        List<CompletableFuture<HttpResponse<String>>> requests = IntStream.range(0, 3)
                .mapToObj(i -> CLIENT.sendAsync(get(STORY), BodyHandlers.ofString())).toList();

        for (CompletableFuture<HttpResponse<String>> request : requests) {
            HttpResponse<String> response = request.get(2, TimeUnit.MINUTES);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(text(response.body())).isEqualTo(alone);
        }
    }

    @Test
    void clientThatGoesAwayEndsItsGeneration() throws Exception {
        try (Socket client = request(ENDLESS)) {
            readUntilFirstToken(client);
            client.setSoLinger(true, 0); // close with a reset, as the kernel does for a process that was killed
        }

        GenerationFinished event = finished.poll(60, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.reason()).isEqualTo(FinishReason.CANCELLED);
    }

    @Test
    void wrongParametersAreBadRequests() throws Exception {
        for (String query : List.of("/generate", "/generate?prompt=", "/generate?prompt=x&maxTokens=-1",
                "/generate?prompt=x&maxTokens=many", "/generate?prompt=x&temperature=-1")) {
            assertThat(CLIENT.send(get(query), BodyHandlers.ofString()).statusCode()).as(query).isEqualTo(400);
        }
    }

    private HttpRequest get(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery)).build();
    }

    private Socket request(String pathAndQuery) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.getOutputStream().write(("GET " + pathAndQuery + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void readUntilFirstToken(Socket socket) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1);
        @Nullable
        String line = lines.readLine();
        while (line != null && !line.contains("event:token")) {
            line = lines.readLine();
        }
        assertThat(line).as("an event of a token").isNotNull();
    }

    private static List<String> events(String body) {
        return body.lines().filter(line -> line.startsWith("event:")).map(line -> line.substring("event:".length()))
                .toList();
    }

    /// The JSON texts of all tokens one after another; equal if and only if the tokens' texts are.
    private static String text(String body) {
        return body.lines().filter(line -> line.startsWith("data:{\"text\"")).collect(Collectors.joining());
    }
}
