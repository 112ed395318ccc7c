package dev.railhead.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the web application: `GET /generate?prompt=Once+upon+a+time` streams a text as server-sent events.
@SpringBootApplication
@ConfigurationPropertiesScan
public class GenerateApplication {
    /// For Spring.
    public GenerateApplication() {}

    static void main(String[] args) {
        SpringApplication.run(GenerateApplication.class, args);
    }
}
