package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.chaos.Order.Conduct;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a server says and hears on one connection: it does as it is ordered, and checks every byte. */
final class Conversation {
    /** Begins each answer, so that it cannot be mistaken for what the gate says. */
    static final byte ANSWER = 'A';

    private static final int CHUNK = 16 * 1024;
    private static final int HANG_MILLIS = 100;

    private final Scene scene;
    private final Wire wire;
    private final ByteBuffer header = ByteBuffer.allocate(Order.LENGTH);
    private @Nullable Order order;
    private Pattern upload = new Pattern(0, 0);
    private Pattern download = new Pattern(0, 0);
    private boolean answering;

    /** It has begun to answer already, or is not going to. */
    private boolean silent;

    private boolean inputClosed;

    Conversation(Scene scene, Wire wire) {
        this.scene = scene;
        this.wire = wire;
    }

    void received(ByteBuffer data) {
        while (order == null && data.hasRemaining()) {
            header.put(data.get());
            if (!header.hasRemaining()) {
                begin(Order.from(header.flip()));
            }
        }
        if (!upload.continuesWith(data)) {
            scene.ledger().violation(Violation.WRONG_BYTES, "sent by " + order + ", before " + upload.position());
        }
        if (order != null && upload.isComplete() && !silent) {
            answer();
        }
    }

    private void begin(Order received) {
        order = received;
        upload = received.uploaded();
        download = received.downloaded();
        scene.ledger().count(received.conduct());
        scene.ambushes().strikeOrdered(received.client());
        if (received.conduct() == Conduct.HANG) {
            silent = true;
            wire.pauseReading();
            wire.after(HANG_MILLIS, wire::reset);
        }
        throwIf(Conduct.THROW_ON_DATA);
        if (received.conduct() == Conduct.ANSWER_MEANWHILE) {
            answer();
        }
    }

    private void answer() {
        silent = true;
        answering = true;
        wire.write(ByteBuffer.wrap(new byte[] {ANSWER}));
        writable();
    }

    /** The wire may take more. */
    void writable() {
        if (!answering || order == null) {
            return;
        }
        throwIf(Conduct.THROW_ON_WRITABILITY);
        while (wire.isWritable() && !download.isComplete()) {
            wire.write(download.next(CHUNK));
            if (order.conduct() == Conduct.RESET && download.position() >= order.download() / 2) {
                answering = false;
                wire.reset();
                return;
            }
        }
        if (download.isComplete()) {
            answering = false;
            end(order.conduct());
        }
    }

    private void end(Conduct conduct) {
        if (inputClosed || conduct == Conduct.CLOSE_FIRST) {
            wire.close();
        } else if (conduct == Conduct.FINISH_FIRST || conduct == Conduct.ANSWER_MEANWHILE) {
            wire.finish();
        }
    }

    /** The client has finished: so does the server, when it has answered. */
    void inputClosed() {
        throwIf(Conduct.THROW_ON_END);
        inputClosed = true;
        if (!answering) {
            wire.close();
        }
    }

    /** The connection is gone: an honest client has sent all by now. */
    void ended() {
        if (order != null
                && !upload.isComplete()
                && Plan.of(scene.seed(), order).isAnswered()) {
            scene.ledger().violation(Violation.UPLOAD_CUT, "of " + order + " after " + upload.position() + " bytes");
        }
    }

    @Override
    public String toString() {
        return order + " uploaded " + upload.position() + " downloaded " + download.position()
                + (answering ? " answering" : "") + (inputClosed ? " input closed" : "");
    }

    private void throwIf(Conduct conduct) {
        if (order != null && order.conduct() == conduct) {
            Mischief.throwSomething((int) order.client());
        }
    }
}
