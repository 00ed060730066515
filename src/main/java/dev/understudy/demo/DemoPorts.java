package dev.understudy.demo;

/** Where the two demo endpoints listen; the sample API names the standard ones. 0: the system picks one. */
record DemoPorts(int first, int second) {

    static final DemoPorts STANDARD = new DemoPorts(2380, 2381);
}
