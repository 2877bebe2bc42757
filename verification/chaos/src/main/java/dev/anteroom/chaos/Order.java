package dev.anteroom.chaos;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The first message of a client: its number, what it will send, and how the server should behave.
 *
 * @param client the client's number, and the seed of all bytes of the connection
 * @param conduct the behaviour of the server
 * @param upload the number of bytes that follow the order
 * @param download the number of bytes in the answer
 */
record Order(long client, Conduct conduct, int upload, int download) {
    private static final List<Conduct> CONDUCTS = List.of(Conduct.values());

    static final int LENGTH = Long.BYTES + 1 + 2 * Integer.BYTES;

    /** The behaviour of a server that has read an order. */
    enum Conduct {
        /** Reads all, answers, and closes after the client has closed. */
        ANSWER(true),
        /** Reads all, answers, and closes first. */
        CLOSE_FIRST(true),
        /** Reads all, answers, and shuts its sending side down first. */
        FINISH_FIRST(true),
        /** Answers at once, while it still reads, and shuts its sending side down when it has answered. */
        ANSWER_MEANWHILE(true),
        /** Neither reads nor answers for a while, and then resets. */
        HANG(false),
        /** Resets in the middle of the answer. */
        RESET(false),
        /** Throws when data arrive. */
        THROW_ON_DATA(false),
        /** Throws at the end of the client's input. */
        THROW_ON_END(false),
        /** Throws when writability changes. */
        THROW_ON_WRITABILITY(false);

        /** Whether the server sends the complete answer. */
        final boolean honest;

        Conduct(boolean honest) {
            this.honest = honest;
        }
    }

    /** Returns the bytes that the client sends after the order. */
    Pattern uploaded() {
        return new Pattern(client, upload);
    }

    /** Returns the bytes of the answer. */
    Pattern downloaded() {
        return new Pattern(~client, download);
    }

    ByteBuffer toBytes() {
        return ByteBuffer.allocate(LENGTH)
                .putLong(client)
                .put((byte) CONDUCTS.indexOf(conduct))
                .putInt(upload)
                .putInt(download)
                .flip();
    }

    /** Reads an order. Bytes that are not an order cause an exception. */
    static Order from(ByteBuffer bytes) {
        return new Order(bytes.getLong(), CONDUCTS.get(bytes.get()), bytes.getInt(), bytes.getInt());
    }
}
