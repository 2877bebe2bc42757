package dev.anteroom.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.chaos.Order.Conduct;
import dev.anteroom.chaos.Plan.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A client that carries out a plan, checks every byte of its answer, and records its outcome. */
final class Client extends Peer {
    /** The message to a connection that is turned away. */
    static final String BUSY = "BUSY";

    private static final int CHUNK = 32 * 1024;
    private static final long PATIENCE_MILLIS = 40_000;

    /** The outcome of a client's connection. */
    enum Outcome {
        ANSWERED,
        TURNED_AWAY,
        /** The client left on its own. */
        LEFT,
        /** The connection ended before the first byte of an answer. */
        CUT_BEFORE,
        /** The connection ended in the middle of the answer. */
        CUT_AMID
    }

    private final Scene scene;
    private final Plan plan;
    private final Runnable done;
    private final Pattern upload;
    private final Pattern answer;
    private final StringBuilder busy = new StringBuilder();
    private @Nullable ByteBuffer head;
    private boolean answerBegun;
    private boolean left;

    Client(PeerLoop loop, SocketChannel channel, Scene scene, Plan plan, Runnable done) throws IOException {
        super(loop, channel);
        this.scene = scene;
        this.plan = plan;
        this.done = done;
        upload = plan.order().uploaded();
        answer = plan.order().downloaded();
        head = plan.order().toBytes();
        after(PATIENCE_MILLIS, this::reportStuck);
        guard(this::begin);
    }

    private void begin() {
        switch (plan.kind()) {
            case SILENT -> after(5L * plan.millis(), this::leave);
            case RESET, VANISH -> {
                sendPart();
                after(plan.millis(), this::leave);
            }
            case TRICKLE -> trickle();
            case SLOW_READER -> {
                pauseReading();
                after(4L * plan.millis(), this::resumeReading);
                writable();
            }
            default -> writable();
        }
    }

    private void sendPart() {
        ByteBuffer part = ByteBuffer.allocate(plan.sent());
        put(part, plan.order().toBytes());
        put(part, upload.next(part.remaining()));
        write(part.flip());
    }

    private static void put(ByteBuffer into, ByteBuffer data) {
        into.put(data.limit(Math.min(data.limit(), into.remaining())));
    }

    private void trickle() {
        if (head != null) {
            write(ByteBuffer.wrap(new byte[] {head.get()}));
            head = head.hasRemaining() ? head : null;
        } else if (!upload.isComplete()) {
            write(upload.next(1));
        }
        if (head != null || !upload.isComplete()) {
            after(1, this::trickle);
        } else {
            closeIfDone();
        }
    }

    private void leave() {
        left = true;
        if (plan.kind() == Kind.RESET) {
            reset();
        } else {
            close();
        }
    }

    private void reportStuck() {
        if (!isEnded()) {
            scene.ledger().violation(Violation.STUCK, plan + " after " + answer.position() + " bytes of the answer");
            left = true;
            reset();
        }
    }

    @Override
    void writable() {
        if (plan.kind() == Kind.TRICKLE || !plan.kind().isHonest()) {
            return;
        }
        if (head != null) {
            write(head);
            head = null;
        }
        while (isWritable() && !upload.isComplete()) {
            write(upload.next(CHUNK));
        }
        if (plan.kind() == Kind.HALF_CLOSE && upload.isComplete()) {
            finish();
        }
        closeIfDone();
    }

    @Override
    void received(ByteBuffer data) {
        if (busy.isEmpty() && !answerBegun && data.hasRemaining()) {
            answerBegun = data.get(data.position()) == Conversation.ANSWER;
            data.position(data.position() + (answerBegun ? 1 : 0));
        }
        if (!answerBegun) {
            busy.append(US_ASCII.decode(data));
            expect(BUSY.startsWith(busy.toString()), busy);
        } else {
            expect(answer.continuesWith(data), "answer");
            closeIfDone();
        }
    }

    private void closeIfDone() {
        boolean done = head == null && upload.isComplete() && answer.isComplete();
        if (answerBegun && done && plan.order().conduct() != Conduct.CLOSE_FIRST) {
            close();
        }
    }

    private void expect(boolean right, CharSequence what) {
        if (!right) {
            scene.ledger().violation(Violation.WRONG_BYTES, what + " to " + plan + " before " + answer.position());
            reset();
        }
    }

    /** Closes, unless the server answers while it still reads: then the client first sends the rest. */
    @Override
    void inputClosed() {
        if (plan.order().conduct() != Conduct.ANSWER_MEANWHILE || !answerBegun || !answer.isComplete()) {
            close();
        } else {
            closeIfDone();
        }
    }

    @Override
    void ended(@Nullable IOException reset) {
        Outcome outcome = outcome();
        scene.ledger().count(outcome);
        if (plan.isAnswered() && outcome == Outcome.CUT_AMID) {
            scene.ledger()
                    .violation(
                            Violation.ANSWER_CUT,
                            "of " + plan + " after " + answer.position() + " bytes, "
                                    + (reset == null ? "in order" : reset));
        }
        if (plan.kind().isHonest() && outcome == Outcome.CUT_BEFORE) {
            scene.ledger().count(plan.isAnswered() && plan.kind() != Kind.HALF_CLOSE ? Cut.TO_EXPLAIN : Cut.OF_COURSE);
        }
        done.run();
    }

    /** Connections of honest clients that were cut before the first byte of the answer. */
    enum Cut {
        /** The client's plan or its order explains the cut. */
        OF_COURSE,
        /** Only a fault that a server made on purpose may explain the cut. */
        TO_EXPLAIN
    }

    private Outcome outcome() {
        if (left) {
            return Outcome.LEFT;
        } else if (answerBegun) {
            return answer.isComplete() ? Outcome.ANSWERED : Outcome.CUT_AMID;
        }
        return busy.toString().equals(BUSY) ? Outcome.TURNED_AWAY : Outcome.CUT_BEFORE;
    }
}
