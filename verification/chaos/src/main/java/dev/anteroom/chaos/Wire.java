package dev.anteroom.chaos;

import java.nio.ByteBuffer;

/** A server's end of a connection, whatever carries it. */
interface Wire {
    void write(ByteBuffer data);

    boolean isWritable();

    void pauseReading();

    /** Sends a FIN after what was written. */
    void finish();

    /** Closes after what was written. */
    void close();

    void reset();

    /** Does something later on the connection's own thread, unless it is gone by then. */
    void after(long millis, Runnable task);
}
