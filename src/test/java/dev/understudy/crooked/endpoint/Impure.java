package dev.understudy.crooked.endpoint;

import org.springframework.util.unit.DataSize;

public record Impure(DataSize size) {}
