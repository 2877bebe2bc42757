package dev.anteroom.chaos;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a client sends first: who it is, what it will send, and how it wants to be served.
 *
 * @param client who; and the seed of all bytes of the connection
 * @param conduct what the server is to do
 * @param upload bytes that follow the order
 * @param download bytes of the answer
 */
record Order(long client, Conduct conduct, int upload, int download) {
    private static final List<Conduct> CONDUCTS = List.of(Conduct.values());

    static final int LENGTH = Long.BYTES + 1 + 2 * Integer.BYTES;

    /** What a server does once it has read an order. */
    enum Conduct {
        /** Reads all, answers, and closes when the client has. */
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
        /** Throws when bytes come. */
        THROW_ON_DATA(false),
        /** Throws when the client has finished. */
        THROW_ON_END(false),
        /** Throws when it may go on writing, or may not. */
        THROW_ON_WRITABILITY(false);

        /** Whether the answer comes whole. */
        final boolean honest;

        Conduct(boolean honest) {
            this.honest = honest;
        }
    }

    /** What the client sends after the order. */
    Pattern uploaded() {
        return new Pattern(client, upload);
    }

    /** What the client is answered. */
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

    /** Reads an order; one that was never sent makes an exception. */
    static Order from(ByteBuffer bytes) {
        return new Order(bytes.getLong(), CONDUCTS.get(bytes.get()), bytes.getInt(), bytes.getInt());
    }
}
