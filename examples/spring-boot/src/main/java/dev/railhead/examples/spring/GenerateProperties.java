package dev.railhead.examples.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings `railhead.*`.
///
/// @param model a model file; the embedded demo model if empty
/// @param maxConcurrent generations at the same time
/// @param timeout a generation is ended after this time
@ConfigurationProperties("railhead")
record GenerateProperties(@DefaultValue("") String model, @DefaultValue("8") int maxConcurrent,
        @DefaultValue("2m") Duration timeout) {}
