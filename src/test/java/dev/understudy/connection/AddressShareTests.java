package dev.understudy.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressShareTests {

    @ParameterizedTest
    @CsvSource({
        "1000, 0, 500",
        "1000, 1, 250",
        "1000, 7, 250",
        "400, 0, 250",
        "100, 0, 100",
        "60000, 2, 7500",
        "1000, 90, 250"
    })
    void anAddressHasHalfOfTheTimeThatIsLeftButEnoughForOneThatIsFarAway(int all, int index, int share) {
        assertThat(AddressShare.share(all, index)).isEqualTo(share);
    }
}
