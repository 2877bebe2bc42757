package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.util.Collection;

/** What is reachable still though it is over. */
final class Retained {
    /** One is enough, if the collector does as it is asked. */
    private static final int COLLECTIONS = 10;

    private Retained() {}

    /** Collects garbage; no more than so many may remain, which a local variable or a cache may hold. */
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
