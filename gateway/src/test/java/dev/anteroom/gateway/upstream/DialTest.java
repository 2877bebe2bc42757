package dev.anteroom.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.testkit.FakeEventLoop;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the upstreams on a loop of the test: it decides the outcome of each attempt, and owns both clocks. */
class DialTest {
    private static final Duration WAIT = Duration.ofSeconds(3);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String A = "10.0.0.1:5432";
    private static final String B = "10.0.0.2:5432";

    private final FakeEventLoop loop = new FakeEventLoop();
    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, List<String>> names = new HashMap<>();
    private final Upstreams upstreams = new Upstreams(loop, nanos::get, this::lookUp, Duration.ZERO);
    private final List<Throwable> failures = new ArrayList<>();

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        if (!names.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        List<InetAddress> found = new ArrayList<>();
        for (String each : names.get(host)) {
            found.add(InetAddress.getByName(each));
        }
        return found;
    }

    private static UpstreamPoolSettings settings(@Nullable HealthSettings health, String... upstreams) {
        return new UpstreamPoolSettings(
                Stream.of(upstreams).map(UpstreamSettings::parse).toList(), SECOND, null, health, WAIT);
    }

    private static HealthSettings everySecond() {
        return new HealthSettings(SECOND, 2, 1);
    }

    private Dial dial(UpstreamPool pool) {
        Dial dial = new Dial(pool, loop, new Silent(), failures::add);
        dial.start();
        return dial;
    }

    private List<FakeEventLoop.Attempt> attempts() {
        loop.runPending();
        return loop.attempts();
    }

    private FakeEventLoop.Attempt last() {
        return attempts().get(attempts().size() - 1);
    }

    private static String address(FakeEventLoop.Attempt attempt) {
        return Endpoint.of(attempt.remote()).toString();
    }

    private void refuse(FakeEventLoop.Attempt attempt) {
        attempt.fail(new ConnectException("Connection refused"));
        loop.runPending();
    }

    @Test
    void an_upstream_wait_that_ends_during_an_attempt_is_kept() {
        UpstreamPool pool = upstreams.open(settings(null, A + "=1", B + "=1"));
        dial(pool);
        last().succeed();
        Dial second = dial(pool);
        last().succeed();
        dial(pool);
        loop.advance(SECOND);
        second.closed();
        assertEquals(3, attempts().size());
        loop.advance(WAIT);
        assertEquals(List.of(), failures);
        refuse(last());
        assertEquals(1, failures.size());
        assertEquals(List.of(), upstreams.awaited());
    }

    @Test
    void a_client_that_leaves_during_an_attempt_frees_the_place() {
        UpstreamPool pool = upstreams.open(settings(null, A + "=1"));
        Dial leaving = dial(pool);
        dial(pool);
        FakeEventLoop.Attempt attempt = last();
        leaving.giveUp();
        assertTrue(attempt.isCancelled());
        assertEquals(1, failures.size());
        assertEquals(2, attempts().size());
    }

    @Test
    void a_client_that_leaves_an_attempt_is_no_evidence() {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        loop.runPending();
        dial(pool).giveUp();
        dial(pool);
        assertEquals(3, attempts().size()); // a check, and two clients
    }

    @Test
    void a_check_does_not_spare_the_next_one() {
        upstreams.open(settings(everySecond(), A));
        for (int checks = 1; checks < 10; checks++) {
            assertEquals(checks, attempts().size());
            last().succeed();
            loop.advance(SECOND);
        }
    }

    @Test
    void a_client_spares_the_next_check_only() {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        last().succeed();
        dial(pool);
        last().succeed();
        loop.advance(SECOND);
        assertEquals(2, attempts().size());
        loop.advance(SECOND);
        assertEquals(3, attempts().size());
    }

    static Stream<IOException> failuresOfThisMachine() {
        return Stream.of(
                new BindException("Cannot assign requested address"),
                new SocketException("Too many open files"),
                new ConnectException("connect(..) failed with error(-99): Cannot assign requested address"),
                new IOException("cannot connect", new IOException("socket(..) failed: Too many open files")));
    }

    @ParameterizedTest
    @MethodSource("failuresOfThisMachine")
    void a_failure_of_this_machine_marks_no_server_down(IOException failure) {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        last().fail(failure);
        dial(pool);
        assertEquals(2, attempts().size());
    }

    @Test
    void a_failure_that_began_before_the_last_success_is_old_news() {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        FakeEventLoop.Attempt early = last();
        nanos.incrementAndGet();
        dial(pool);
        last().succeed();
        refuse(early);
        dial(pool);
        assertEquals(3, attempts().size());
    }

    @Test
    void a_failure_that_began_after_the_last_success_counts() {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        last().succeed();
        nanos.incrementAndGet();
        dial(pool);
        refuse(last());
        assertEquals(1, upstreams.awaited().size());
    }

    @Test
    void one_address_that_refuses_does_not_fail_the_client() {
        names.put("db.test", List.of("10.0.0.1", "::1"));
        dial(upstreams.open(settings(null, "db.test:5432")));
        refuse(last());
        last().succeed();
        assertEquals(
                List.of("10.0.0.1:5432", "[::1]:5432"),
                attempts().stream().map(DialTest::address).sorted().toList());
        assertEquals(List.of(), failures);
    }

    @Test
    void an_address_that_has_just_refused_is_the_last_choice() {
        names.put("db.test", List.of("10.0.0.1", "10.0.0.2"));
        UpstreamPool pool = upstreams.open(settings(null, "db.test:5432"));
        dial(pool);
        String refusing = address(last());
        refuse(last());
        last().succeed();
        for (int i = 0; i < 4; i++) {
            dial(pool);
            assertFalse(refusing.equals(address(last())));
            last().succeed();
        }
        nanos.addAndGet(SECOND.toNanos());
        dial(pool);
        assertEquals(refusing, address(last()));
    }

    @Test
    void new_connections_go_to_the_new_addresses_of_a_name() {
        names.put("db.test", List.of("10.0.0.1"));
        UpstreamPool pool = upstreams.open(settings(null, "db.test:5432"));
        Dial old = dial(pool);
        last().succeed();
        names.put("db.test", List.of("10.0.0.2"));
        upstreams.lookUpAll();
        assertEquals(2, upstreams.size());
        dial(pool);
        assertEquals(B, address(last()));
        old.closed();
        assertEquals(1, upstreams.size());
    }

    @Test
    void a_name_that_cannot_be_looked_up_keeps_its_addresses() throws UnknownHostException {
        names.put("db.test", List.of("10.0.0.1"));
        UpstreamPool pool = upstreams.open(settings(null, "DB.test:5432"));
        names.clear();
        upstreams.lookUpAll();
        pool.change(settings(null, "db.test:5432=5"));
        dial(pool);
        assertEquals(A, address(last()));
        assertEquals(
                List.of(InetAddress.getByName("10.0.0.1")), upstreams.names().addresses("db.test"));
    }

    @Test
    void a_connection_waits_for_a_name_that_is_not_known_yet() {
        UpstreamPool pool = upstreams.open(settings(null, "db.test:5432"));
        dial(pool);
        assertEquals(List.of(pool), upstreams.awaited());
        names.put("db.test", List.of("10.0.0.1"));
        upstreams.lookUpAll();
        assertEquals(A, address(last()));
    }

    @Test
    void the_addresses_of_a_name_share_its_limit() {
        names.put("db.test", List.of("10.0.0.1", "10.0.0.2"));
        UpstreamPool pool = upstreams.open(settings(null, "db.test:5432=2"));
        dial(pool);
        dial(pool);
        dial(pool);
        assertEquals(2, attempts().size());
        assertEquals(1, upstreams.awaited().size());
    }

    @Test
    void a_name_and_its_address_share_their_limit() {
        names.put("db.test", List.of("10.0.0.1"));
        UpstreamPool one = upstreams.open(settings(null, "db.test:5432=1"));
        UpstreamPool other = upstreams.open(settings(null, A + "=1"));
        dial(one);
        dial(other);
        assertEquals(1, attempts().size());
        assertEquals(List.of(other), upstreams.awaited());
    }

    @Test
    void a_place_goes_to_the_listener_that_has_waited_longest() {
        UpstreamPool first = upstreams.open(settings(null, A + "=1"));
        UpstreamPool second = upstreams.open(settings(null, A + "=1"));
        Dial served = dial(first);
        last().succeed();
        dial(second);
        dial(first);
        served.closed();
        assertEquals(List.of(first), upstreams.awaited());
    }

    @Test
    void a_removed_upstream_is_gone_with_its_last_connection() {
        UpstreamPool pool = upstreams.open(settings(everySecond(), A));
        Dial dial = dial(pool);
        last().succeed();
        pool.change(settings(everySecond(), B));
        assertEquals(2, upstreams.size());
        dial.closed();
        assertEquals(1, upstreams.size());
        pool.close();
        assertEquals(0, upstreams.size());
        int before = attempts().size();
        loop.advance(SECOND.multipliedBy(5));
        assertEquals(before, attempts().size());
    }

    @Test
    void a_closed_listener_still_counts_for_a_new_one() {
        UpstreamPool closed = upstreams.open(settings(null, A + "=1"));
        closed.close();
        Dial late = dial(closed);
        last().succeed();
        UpstreamPool next = upstreams.open(settings(null, A + "=1"));
        dial(next);
        assertEquals(1, attempts().size());
        late.closed();
        assertEquals(2, attempts().size());
    }

    @Test
    void a_shorter_interval_counts_from_the_reload() {
        UpstreamPool pool = upstreams.open(settings(new HealthSettings(Duration.ofHours(1), 1, 1), A));
        last().succeed();
        pool.change(settings(everySecond(), A));
        assertEquals(2, attempts().size());
        loop.advance(SECOND);
        assertEquals(3, attempts().size());
    }

    private static final class Silent implements Protocol {
        @Override
        public void connectionMade(Transport transport) {}

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
