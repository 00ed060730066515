package dev.understudy.crooked.openapi;

import dev.understudy.crooked.routing.Filter;

public record Reader(Filter filter) {}
