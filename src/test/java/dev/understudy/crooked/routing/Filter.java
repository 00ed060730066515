package dev.understudy.crooked.routing;

public record Filter() {}
