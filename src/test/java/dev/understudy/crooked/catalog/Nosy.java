package dev.understudy.crooked.catalog;

import dev.understudy.crooked.openapi.Reader;
import io.swagger.v3.oas.models.OpenAPI;

record Nosy(Reader[] readers, OpenAPI document) {}
