package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.SignInLimits.Turn;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SignInLimitsTests {

    private final AtomicLong nanos = new AtomicLong();
    private final SignInLimits limits = new SignInLimits(nanos::get, new KeyedHash());

    @Test
    void aBucketIsNeverFullerThanFull() {
        nanos.addAndGet(SignInLimits.NEXT_OF_NETWORK.multipliedBy(1000).toNanos());
        use("here", SignInLimits.TRIES_OF_NETWORK);
        assertThat(limits.take("here", "anna")).isInstanceOf(Turn.Later.class);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        use("here", SignInLimits.TRIES_OF_NETWORK - 1);
        for (int turn = 0; turn < 10; turn++) {
            limits.giveBack((Turn.Now) limits.take("here", "anna"));
        }
        assertThat(limits.take("here", "anna")).isInstanceOf(Turn.Now.class);
        assertThat(limits.take("here", "anna")).isInstanceOf(Turn.Later.class);
    }

    @Test
    void theNetworksThatWereSeenLastAreKept() {
        use("first", SignInLimits.TRIES_OF_NETWORK);
        use("second", SignInLimits.TRIES_OF_NETWORK);
        for (int i = 0; i < SignInLimits.NETWORKS_AT_MOST - 1; i++) {
            assertThat(limits.take("second", "anna")).isInstanceOf(Turn.Later.class);
            limits.take("n" + i, "name" + i);
        }
        assertThat(limits.take("second", "anna")).isInstanceOf(Turn.Later.class);
        assertThat(limits.take("first", "another")).isInstanceOf(Turn.Now.class);
    }

    @Test
    void ofAUserOnlySoManyNetworksAreKept() {
        for (int i = 0; i <= SignInLimits.KNOWN_NETWORKS_AT_MOST; i++) {
            limits.remember("n" + i, "anna");
        }
        assertThat(limits.take("n0", "anna")).matches(turn -> !((Turn.Now) turn).known());
        assertThat(limits.take("n1", "anna")).matches(turn -> ((Turn.Now) turn).known());
        assertThat(limits.take("n1", "bert")).matches(turn -> !((Turn.Now) turn).known());
    }

    @Test
    void addressesOfIpv4InTheFormOfIpv6AreApart() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 10;
        mapped[15] = 7;
        InetAddress inTheForm = Inet6Address.getByAddress(null, mapped, -1);
        assertThat(inTheForm).isInstanceOf(Inet6Address.class);
        assertThat(Source.of(inTheForm).network())
                .isEqualTo(Source.of(InetAddress.getByName("10.0.0.7")).network())
                .isNotEqualTo(Source.of(InetAddress.getByName("10.0.0.8")).network());
    }

    // Each with a name of its own, so that the name is not what refuses.
    private void use(String network, int turns) {
        for (int turn = 0; turn < turns; turn++) {
            assertThat(limits.take(network, network + turn)).isInstanceOf(Turn.Now.class);
        }
    }
}
