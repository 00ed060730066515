package dev.understudy.journal;

/** Hears of every request when it is over. Safe for use by many threads; is called by event loops, and must not block. */
public interface Witness {

    void saw(RequestRecord request);
}
