package dev.railhead.examples.spring;

import dev.railhead.Model;
import dev.railhead.demo.DemoModel;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The model: loaded once at start, shared by all requests, closed at shutdown.
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {
    @Bean(destroyMethod = "close")
    Model model(GenerateProperties properties) {
        return properties.model().isEmpty() ? DemoModel.load() : Model.load(Path.of(properties.model()));
    }
}
