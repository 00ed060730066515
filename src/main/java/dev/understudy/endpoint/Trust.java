package dev.understudy.endpoint;

import java.util.List;

/**
 * The certificates that an endpoint's own must chain up to, in place of those that the Java platform trusts.
 *
 * @param certificates each in PEM (RFC 7468), without explanatory text; at least one
 */
public record Trust(List<String> certificates) {

    public Trust {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("certificates: none (expected: at least one)");
        }
        certificates = List.copyOf(certificates);
    }

    /** Without the certificates: this ends in logs. */
    @Override
    public String toString() {
        return "Trust[" + certificates.size() + "]";
    }
}
