package dev.anteroom.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** A server's handler that records what it receives, and runs an action at each event. */
@Sharable
class Recorder extends ChannelInboundHandlerAdapter {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> text = new CopyOnWriteArrayList<>();
    private BiConsumer<ChannelHandlerContext, String> action = (context, event) -> {};

    /** Sets an action that runs at every event, after the event is recorded. */
    Recorder on(BiConsumer<ChannelHandlerContext, String> action) {
        this.action = action;
        return this;
    }

    /** Waits until exactly these events have been recorded. */
    void awaitHeard(String... events) {
        Await.until("it has heard " + List.of(events) + ", not " + heard(), () -> heard().equals(List.of(events)));
    }

    List<String> heard() {
        return List.copyOf(heard);
    }

    String text() {
        return String.join("", text);
    }

    private void note(ChannelHandlerContext context, String event) {
        heard.add(event);
        action.accept(context, event);
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        note(context, "registered");
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        note(context, "active");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            String said = data.toString(UTF_8);
            String event = said.length() > 20 ? "read" : "read " + said;
            heard.add(event);
            text.add(said);
            action.accept(context, event);
        } finally {
            data.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        note(context, "read complete");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        note(context, event instanceof String said ? said : event.getClass().getSimpleName());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        note(context, "exception");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        note(context, "inactive");
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        note(context, "unregistered");
    }
}
