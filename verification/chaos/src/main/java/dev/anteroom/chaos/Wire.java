package dev.anteroom.chaos;

import java.nio.ByteBuffer;

/** A server's end of a connection, independent of the transport. */
interface Wire {
    void write(ByteBuffer data);

    boolean isWritable();

    void pauseReading();

    /** Shuts down the output after all pending writes. */
    void finish();

    /** Closes the connection after all pending writes. */
    void close();

    void reset();

    /** Schedules a task on the connection's thread; the task does not run if the connection has ended by then. */
    void after(long millis, Runnable task);
}
