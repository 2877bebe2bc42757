package dev.anteroom.chaos;

import java.net.SocketAddress;

/** A gated server under test, with access to its gate. */
interface Subject extends AutoCloseable {
    /** The initial limit. */
    int LIMIT = 24;

    /** Places in the waiting room. */
    int PLACES = 80;

    /** The longest wait in seconds. */
    int WAIT_SECONDS = 2;

    SocketAddress address();

    Gauges gauges();

    void limit(int limit);

    void policy(String expression);

    /** Returns the number of file descriptors that the server's process has open. */
    long descriptors();

    @Override
    void close();

    /** The gate's figures at one moment. */
    record Gauges(
            long arrived,
            long active,
            long waiting,
            long admitted,
            long refused,
            long expired,
            long abandoned,
            long shed) {
        boolean addUp() {
            return arrived == waiting + admitted + refused + expired + abandoned + shed
                    && active >= 0
                    && active <= admitted;
        }

        boolean isAtRest() {
            return active == 0 && waiting == 0;
        }

        long turnedAway() {
            return refused + expired + shed;
        }
    }
}
