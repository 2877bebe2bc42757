package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.util.Collection;

/** Checks that objects no longer in use are unreachable. */
final class Retained {
    /** Maximum number of collections; one is enough if the collector obeys. */
    private static final int COLLECTIONS = 10;

    private Retained() {}

    /** Collects garbage and checks how many objects remain, of which a local variable or a cache may hold a few. */
    static void assertAtMost(int most, Collection<? extends Reference<?>> over) {
        long retained = over.size();
        for (int i = 0; i < COLLECTIONS && retained > most; i++) {
            System.gc();
            retained =
                    over.stream().filter(reference -> reference.get() != null).count();
        }
        assertTrue(retained <= most, retained + " of " + over.size() + " that are over are retained");
    }
}
