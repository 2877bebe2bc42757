package dev.anteroom.chaos;

import java.util.SplittableRandom;

/** Faults of a server that has not read a byte yet. */
enum Mischief {
    NONE,
    /** The protocol factory throws; an upstream closes at once. */
    THROW_ON_BUILD,
    /** The protocol throws in {@code connectionMade}; an upstream resets at once. */
    THROW_ON_MADE,
    /** The protocol throws in {@code connectionLost}. */
    THROW_ON_LOST;

    static final String ON_PURPOSE = "on purpose";

    static Mischief draw(SplittableRandom random) {
        int number = random.nextInt(100);
        return number < 3 ? values()[1 + number] : NONE;
    }

    void throwIf(Mischief mischief, int kind) {
        if (this == mischief) {
            throwSomething(kind);
        }
    }

    /** Throws an exception or error of a kind that user code may throw. */
    static void throwSomething(int kind) {
        switch (Math.floorMod(kind, 4)) {
            case 0 -> throw new IllegalStateException(ON_PURPOSE);
            case 1 -> throw new OutOfMemoryError(ON_PURPOSE);
            case 2 -> throw new StackOverflowError(ON_PURPOSE);
            default -> throw new AssertionError(ON_PURPOSE);
        }
    }
}
