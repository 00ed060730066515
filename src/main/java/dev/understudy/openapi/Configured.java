package dev.understudy.openapi;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.EndpointReader.Said;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What {@code api.yaml} says of production or of sandbox endpoints. Its list holds where the definition has none at the API.
 * Its limits and its sign-in complete the list that the definition has there, as in Choreo Connect; no list at a path or an
 * operation. Confined to one reading.
 */
final class Configured {

    /** For documents that have nothing around them, and for levels that nothing around them completes. */
    static final Configured NOTHING =
            new Configured(new Said.Nothing(), unused -> new Said.Nothing(), new PolicyDraft(), Security.NONE);

    /**
     * Its sign-in, which is looked at only when it is needed: what nobody needs has no faults.
     *
     * @param enabled whether there is one, be it whole or not
     * @param told finds it, and tells what is wrong with it
     * @param untold the same without a word
     * @param place for messages; empty: there is no such place
     */
    record Security(boolean enabled, Supplier<SignIn> told, Supplier<SignIn> untold, String place) {

        static final Security NONE = of(new SignIn.Unsaid(), "");

        /** Of which nothing more can be found than this. */
        static Security of(SignIn found, String place) {
            return new Security(false, () -> found, () -> found, place);
        }
    }

    private final Said listed;
    private final Function<Configured, Said> group;
    private final PolicyDraft limits;
    private final Security security;

    /**
     * @param listed its list, without sign-in
     * @param group the same with it
     */
    Configured(Said listed, Function<Configured, Said> group, PolicyDraft limits, Security security) {
        this.listed = listed;
        this.group = group;
        this.limits = limits;
        this.security = security;
    }

    /** For a file that cannot be read, of which nobody knows what it says. */
    static Configured unknown(Said said) {
        return new Configured(said, unused -> said, new PolicyDraft(), Security.of(new SignIn.Nonsense(), ""));
    }

    /** Its list as a group that can be asked. */
    Said group() {
        return group.apply(this);
    }

    /** Where its list leads, with no regard to sign-in; empty if it has none, or one with faults. */
    Optional<EndpointGroup> listed() {
        return listed.group();
    }

    PolicyDraft limits() {
        return limits;
    }

    /** The policy of a list that says nothing of it. */
    FailoverPolicy over(FailoverPolicy defaults) {
        return limits.over(defaults);
    }

    /** What its own list is sent; what is wrong with it is told. */
    Optional<Credentials> credentials() {
        return signIn() instanceof SignIn.Whole whole ? Optional.of(whole.credentials()) : Optional.empty();
    }

    SignIn signIn() {
        return security.told().get();
    }

    /** For what may be needed by nobody. */
    SignIn unreported() {
        return security.untold().get();
    }

    String place() {
        return security.place();
    }

    /** Whether a list is the same with it and without. */
    boolean completesNothing() {
        return !security.enabled() && limits.deadline.isEmpty() && limits.repeats.isEmpty();
    }
}
