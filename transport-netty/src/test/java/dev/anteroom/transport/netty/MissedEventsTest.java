package dev.anteroom.transport.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Events that are fired at a waiting connection: which of them its handlers receive on admission, and how many are
 * kept.
 */
class MissedEventsTest {
    private final AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private final AdmissionHandler admission = new AdmissionHandler(gate);
    private final Application application = new Application();
    private EmbeddedChannel served;

    @BeforeEach
    void take_the_slot() {
        served = new EmbeddedChannel(admission);
    }

    @AfterEach
    void close() {
        served.finishAndReleaseAll();
    }

    // ---- idle events

    @Test
    void idle_events_of_the_wait_are_not_heard() {
        var channel = new EmbeddedChannel(new IdleStateHandler(1, 1, 1), admission, application);
        channel.freezeTime();
        for (int second = 0; second < 100; second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
        admit(channel);
        assertEquals(List.of("active"), application.heard);
        assertTrue(channel.isOpen());
        channel.finishAndReleaseAll();
    }

    @Test
    void idle_events_after_the_wait_are_heard() {
        var channel = new EmbeddedChannel(new IdleStateHandler(1, 0, 0), admission, application);
        channel.freezeTime();
        admit(channel);
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(2, application.heard.size());
        channel.finishAndReleaseAll();
    }

    /** Such an event can come from an override of {@code IdleStateHandler.newIdleStateEvent}. */
    @Test
    void idle_events_of_the_users_own_are_not_heard_either() {
        var channel = waiting();
        fire(channel, new IdleStateEvent(IdleState.READER_IDLE, true) {});
        admit(channel);
        assertEquals(List.of("active"), application.heard);
    }

    // ---- events that are heard

    @Test
    void events_of_many_classes_are_heard_in_order() {
        Object[] events = {SslHandshakeCompletionEvent.SUCCESS, "login", 1, ChannelOutputShutdownEvent.INSTANCE, "user"
        };
        var channel = waiting();
        fire(channel, events);
        admit(channel);
        assertEquals(List.of("active", events[0], "login", 1, events[3], "user"), application.heard);
    }

    @Test
    void equal_events_are_heard_once_where_the_last_was_fired() {
        var channel = waiting();
        fire(channel, "on", "off", "on");
        admit(channel);
        assertEquals(List.of("active", "off", "on"), application.heard);
    }

    @Test
    void a_handshake_is_heard_however_many_events_follow() {
        var channel = waiting();
        fire(channel, SslHandshakeCompletionEvent.SUCCESS);
        IntStream.range(0, 100_000).forEach(i -> fire(channel, i));
        admit(channel);
        assertEquals(SslHandshakeCompletionEvent.SUCCESS, application.heard.get(1));
        assertEquals(0, application.heard.get(2));
        assertEquals(99_999, application.heard.get(application.heard.size() - 1));
        assertEquals(2 + MissedEvents.EVENTS_OF_A_CLASS, application.heard.size());
    }

    @Test
    void too_many_events_of_many_classes_end_the_wait() {
        var channel = waiting();
        for (int i = 0; i < MissedEvents.EVENTS_OF_A_CLASS; i++) {
            fire(channel, "" + i, i, (long) i, (double) i);
        }
        assertTrue(channel.isOpen());
        fire(channel, 'x');
        assertFalse(channel.isOpen());
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(List.of(), application.heard);
    }

    @Test
    void an_event_that_a_handler_fires_on_hearing_one_comes_after_those_before() {
        var channel = waiting();
        fire(channel, "first", "second");
        application.onFirst = context -> context.pipeline().fireUserEventTriggered("third");
        admit(channel);
        assertEquals(List.of("active", "first", "second", "third"), application.heard);
    }

    // ---- events that hold memory

    @Test
    void events_of_a_connection_that_leaves_are_released() {
        var channel = waiting();
        ByteBuf event = Unpooled.buffer().writeByte(1);
        fire(channel, event);
        channel.close();
        assertEquals(0, event.refCnt());
    }

    @Test
    void events_of_a_connection_taken_out_are_released() {
        var channel = waiting();
        ByteBuf event = Unpooled.buffer().writeByte(1);
        fire(channel, event);
        channel.pipeline().removeFirst();
        assertEquals(0, event.refCnt());
    }

    @Test
    void events_that_others_replace_are_released() {
        var channel = waiting();
        List<ByteBuf> events = IntStream.range(0, 200)
                .mapToObj(i -> Unpooled.buffer().writeInt(i))
                .toList();
        fire(channel, events.toArray());
        assertEquals(
                MissedEvents.EVENTS_OF_A_CLASS,
                events.stream().filter(event -> event.refCnt() == 1).count());
        channel.close();
        events.forEach(event -> assertEquals(0, event.refCnt()));
    }

    // ---- events among bytes

    @Test
    void the_end_of_tls_is_heard_after_the_bytes_before_it() {
        var channel = waiting();
        channel.writeInbound(bytes("x"));
        fire(channel, SslCloseCompletionEvent.SUCCESS, "event");
        admit(channel);
        assertEquals(List.of("active", "event", "x", SslCloseCompletionEvent.SUCCESS), application.heard);
    }

    @Test
    void a_stray_end_of_input_notice_is_passed_on() {
        var channel = waiting();
        fire(channel, ChannelInputShutdownReadComplete.INSTANCE);
        admit(channel);
        assertEquals(List.of("active", ChannelInputShutdownReadComplete.INSTANCE), application.heard);
    }

    @Test
    void a_proxy_header_decoded_in_front_is_heard_before_the_bytes() {
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder(), admission, application);
        channel.writeInbound(bytes("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\nx"));
        channel.writeInbound(bytes("y"));
        admit(channel);
        assertEquals(List.of("active", "192.0.2.1", "xy"), application.heard);
    }

    @Test
    void a_proxy_header_of_a_connection_that_leaves_is_released() {
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder(), admission, application);
        var header = new HAProxyMessage[1];
        channel.pipeline().addAfter(channel.pipeline().names().get(0), null, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                header[0] = (HAProxyMessage) message;
                context.fireChannelRead(message);
            }
        });
        channel.writeInbound(bytes("PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n"));
        assertEquals(1, header[0].refCnt());
        channel.close();
        assertEquals(0, header[0].refCnt());
    }

    // ---- exceptions and writability

    @Test
    void an_exception_ends_the_wait_and_is_not_heard() {
        var channel = waiting();
        channel.pipeline().fireExceptionCaught(new IllegalStateException("a decoder in front failed, as a test says"));
        assertFalse(channel.isOpen());
        assertEquals(List.of(), application.heard);
    }

    @Test
    void changes_of_writability_are_heard_once_on_admission() {
        var channel = waiting();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        for (int i = 0; i < 10; i++) {
            channel.write(bytes("abc"));
            channel.flush();
        }
        channel.write(bytes("abc"));
        assertFalse(channel.isWritable());
        admit(channel);
        assertEquals(List.of("active", "not writable"), application.heard);
        channel.finishAndReleaseAll();
    }

    @Test
    void changes_of_writability_that_are_over_are_not_heard() {
        var channel = waiting();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        channel.write(bytes("abc"));
        channel.flush();
        admit(channel);
        assertEquals(List.of("active"), application.heard);
        channel.finishAndReleaseAll();
    }

    // ----

    private EmbeddedChannel waiting() {
        var channel = new EmbeddedChannel(admission, application);
        assertEquals(1, gate.snapshot().waiting());
        return channel;
    }

    private static void fire(EmbeddedChannel channel, Object... events) {
        for (Object event : events) {
            channel.pipeline().fireUserEventTriggered(event);
        }
    }

    private void admit(EmbeddedChannel channel) {
        served.close();
        served.runPendingTasks();
        channel.runPendingTasks();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    /** Records what it receives, and closes the connection when it is idle. */
    @ChannelHandler.Sharable
    private static final class Application extends ChannelInboundHandlerAdapter {
        final List<Object> heard = new ArrayList<>();
        java.util.function.Consumer<ChannelHandlerContext> onFirst = context -> {};

        @Override
        public void channelActive(ChannelHandlerContext context) {
            heard.add("active");
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            heard.add(event);
            if (event.equals("first")) {
                onFirst.accept(context);
            } else if (event instanceof IdleStateEvent) {
                context.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HAProxyMessage header) {
                heard.add(header.sourceAddress());
                header.release();
            } else if (message instanceof ByteBuf data) {
                heard.add(data.toString(US_ASCII));
                data.release();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            heard.add(context.channel().isWritable() ? "writable" : "not writable");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            heard.add(cause);
        }
    }
}
