package dev.understudy.catalog;

/** Something else is served now. */
public record CatalogChanged(Catalog catalog) {}
