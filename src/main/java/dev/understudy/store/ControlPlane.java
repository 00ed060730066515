package dev.understudy.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** A control plane, as a gateway sees it. Safe for use by many threads, which wait, and never for long. */
public interface ControlPlane {

    /** By which people know it. */
    String name();

    /**
     * What there is new, from now on; it ends when the control plane does, or the wish for it. To be closed.
     *
     * @param base checksum of the edition that is here; empty: there is none
     * @return the first one comes at once, and then one at least every few seconds, which may be nothing. Throws
     *     {@link UncheckedIOException} when there is no more to come for a fault
     */
    Stream<Difference> differences(String base);

    /** What a revision was deployed as. @throws IOException if it cannot be had */
    byte[] archive(String name) throws IOException;

    /** @throws IOException if it cannot be told */
    void tell(Report report) throws IOException;
}
