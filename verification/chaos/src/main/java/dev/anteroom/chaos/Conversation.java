package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.chaos.Order.Conduct;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection: carries out the client's order, and checks every byte. */
final class Conversation {
    /** First byte of each answer, which distinguishes it from the gate's message. */
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

    /** Whether the answer has begun, or will never begin. */
    private boolean answerDecided;

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
        if (order != null && upload.isComplete() && !answerDecided) {
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
            answerDecided = true;
            wire.pauseReading();
            wire.after(HANG_MILLIS, wire::reset);
        }
        throwIf(Conduct.THROW_ON_DATA);
        if (received.conduct() == Conduct.ANSWER_MEANWHILE) {
            answer();
        }
    }

    private void answer() {
        answerDecided = true;
        answering = true;
        wire.write(ByteBuffer.wrap(new byte[] {ANSWER}));
        writable();
    }

    /** Writes as much of the answer as the wire takes. */
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

    /** Handles the end of the client's input: closes, or does so after the answer. */
    void inputClosed() {
        throwIf(Conduct.THROW_ON_END);
        inputClosed = true;
        if (!answering) {
            wire.close();
        }
    }

    /** Handles the end of the connection: an honest client must have sent everything. */
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
