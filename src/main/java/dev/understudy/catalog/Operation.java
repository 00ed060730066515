package dev.understudy.catalog;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import java.util.Optional;
import java.util.Set;

/**
 * One method on one path template of an {@link Api}.
 *
 * @param method in upper case
 * @param path below the base path of the API
 * @param production endpoints for production tokens; empty if there are none
 * @param sandbox endpoints for sandbox tokens; empty if there are none
 * @param declaredIdempotent the document says that it may be sent again although its method does not
 * @param webSocket whether it may be upgraded to WebSocket
 */
public record Operation(
        String method,
        PathTemplate path,
        Optional<EndpointGroup> production,
        Optional<EndpointGroup> sandbox,
        Access access,
        boolean declaredIdempotent,
        boolean webSocket) {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    /** Method and template, such as {@code GET /menu/{id}}. */
    public String name() {
        return method + " " + path.text();
    }

    /** The same, going nowhere. */
    Operation withoutEndpoints() {
        return new Operation(method, path, Optional.empty(), Optional.empty(), access, declaredIdempotent, webSocket);
    }

    /** Whether asking twice does what asking once does (RFC 9110 §9.2.2, or by declaration). */
    public boolean idempotent() {
        return declaredIdempotent || IDEMPOTENT.contains(method);
    }

    /**
     * Whether a request for it may be sent again, if its body can be (draft-ietf-httpapi-idempotency-key-header).
     *
     * @param keyed whether the request has an {@code Idempotency-Key}
     */
    public boolean repeatable(FailoverPolicy policy, boolean keyed) {
        return idempotent() || (keyed && policy.trustIdempotencyKey());
    }

    /**
     * The group for a key type; empty if there is none.
     *
     * @param keyType empty where no token was asked: production if there are any endpoints, else sandbox
     */
    public Optional<EndpointGroup> group(Optional<KeyType> keyType) {
        if (keyType.isEmpty()) {
            return production.isPresent() ? production : sandbox;
        }
        return keyType.get() == KeyType.SANDBOX ? sandbox : production;
    }
}
