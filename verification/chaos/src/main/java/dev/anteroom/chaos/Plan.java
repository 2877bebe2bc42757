package dev.anteroom.chaos;

import dev.anteroom.chaos.Order.Conduct;
import java.util.SplittableRandom;

/**
 * What a client is going to do.
 *
 * @param kind how it behaves
 * @param order what it asks for
 * @param millis when it does what its kind does late
 * @param sent bytes that one sends who does not send all
 * @param moment what an ambusher waits for
 */
record Plan(Kind kind, Order order, int millis, int sent, Moment moment) {
    /** How clients behave. */
    enum Kind {
        /** Sends all, reads all, closes. */
        HONEST,
        /** As honest, but sends first and reads later. */
        SLOW_READER,
        /** As honest, a byte at a time. */
        TRICKLE,
        /** As honest, with much to send at once. */
        FLOOD,
        /** As honest, but shuts its sending side down as soon as it has sent all. */
        HALF_CLOSE,
        /** Sends a part and resets. */
        RESET,
        /** Sends a part and closes. */
        VANISH,
        /** Sends nothing and closes in the end. */
        SILENT,
        /** Lies in wait for a moment to reset in. */
        AMBUSH_RESET,
        /** Lies in wait for a moment to close in. */
        AMBUSH_CLOSE;

        boolean isHonest() {
            return compareTo(HALF_CLOSE) <= 0;
        }

        boolean isAmbush() {
            return this == AMBUSH_RESET || this == AMBUSH_CLOSE;
        }
    }

    private static final int SMALL = 400;
    private static final int LARGE = 300_000;

    static Plan draw(long seed, long client) {
        SplittableRandom random = new SplittableRandom(seed * 31 + client);
        Kind kind = random.nextInt(3) == 0 ? Kind.HONEST : one(random, Kind.values());
        Conduct conduct = random.nextInt(3) > 0 ? Conduct.ANSWER : one(random, Conduct.values());
        int upload =
                kind == Kind.FLOOD ? LARGE + random.nextInt(LARGE) : random.nextInt(kind == Kind.TRICKLE ? 20 : SMALL);
        int download =
                random.nextInt(4) == 0 || kind == Kind.SLOW_READER ? random.nextInt(2 * LARGE) : random.nextInt(SMALL);
        if (conduct == Conduct.ANSWER_MEANWHILE && kind != Kind.TRICKLE) {
            // Mostly the server has finished first, with much of what the client sends still under way.
            upload = random.nextInt(8 * LARGE);
            download = random.nextInt(LARGE);
        }
        Order order = new Order(seed << 32 ^ client, conduct, upload, download);
        return new Plan(
                kind, order, random.nextInt(120), random.nextInt(Order.LENGTH + upload), one(random, Moment.values()));
    }

    /** The plan that an order is part of. */
    static Plan of(long seed, Order order) {
        return draw(seed, seed << 32 ^ order.client());
    }

    private static <T> T one(SplittableRandom random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    /** Whether this client, unless it is turned away, is answered whole. */
    boolean isAnswered() {
        return kind.isHonest() && order.conduct().honest;
    }
}
