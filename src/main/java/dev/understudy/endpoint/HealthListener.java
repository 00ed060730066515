package dev.understudy.endpoint;

import java.time.Duration;

/** Hears of suspensions, and of what operators hold. Is called by whatever thread learned of it, and must not block. */
public interface HealthListener {

    /** Hears nothing. */
    HealthListener NONE = new HealthListener() {
        @Override
        public void suspended(Endpoint endpoint, String audience, Duration least, String why) {}

        @Override
        public void back(Endpoint endpoint, String audience, Duration after) {}

        @Override
        public void held(Hold hold) {}

        @Override
        public void letGo(Hold hold, String why) {}
    };

    /**
     * An endpoint goes to the back of the line.
     *
     * @param audience for whom, such as {@code all groups}
     * @param least for how long, at least
     * @param why such as {@code after 3 failures in a row}
     */
    void suspended(Endpoint endpoint, String audience, Duration least, String why);

    /** It is in line again. @param after how long it was suspended */
    void back(Endpoint endpoint, String audience, Duration after);

    /** An operator holds an endpoint, perhaps in another way than before. */
    void held(Hold hold);

    /** An endpoint is not held any more. @param why such as {@code by anna} */
    void letGo(Hold hold, String why);
}
