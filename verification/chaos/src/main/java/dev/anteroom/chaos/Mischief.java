package dev.anteroom.chaos;

import java.util.SplittableRandom;

/** What a server does wrong before it has read a byte. */
enum Mischief {
    NONE,
    /** No protocol is made: the factory throws; an upstream closes at once. */
    THROW_ON_BUILD,
    /** The protocol throws as the connection is made; an upstream resets at once. */
    THROW_ON_MADE,
    /** The protocol throws as it is told that the connection is lost. */
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

    /** Whatever user code may throw. */
    static void throwSomething(int kind) {
        switch (Math.floorMod(kind, 4)) {
            case 0 -> throw new IllegalStateException(ON_PURPOSE);
            case 1 -> throw new OutOfMemoryError(ON_PURPOSE);
            case 2 -> throw new StackOverflowError(ON_PURPOSE);
            default -> throw new AssertionError(ON_PURPOSE);
        }
    }
}
