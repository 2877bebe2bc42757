package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.catalogue.Group;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.CountingUpstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the program prints about its arguments. */
class CommandLineTest {
    private static final List<String> ENOUGH = List.of(
            "gateway", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--limit", "1", "--admin", "off");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    --colour blue             | "--colour"         | --help
                    --limti 5                 | "--limti"          | did you mean --limit or --listen?
                    extra                     | "extra"            | --help
                    --limit 5                 | '--limit'          | only once
                    --loops                   | '--loops'          | Missing required parameter
                    --loops 0                 | "0"                | --loops: must be a whole number from 1
                    --loops many              | "many"             | --loops: must be a whole number from 1
                    --max-waiting -1          | "-1"               | --max-waiting: must be a whole number from 0
                    --max-waiting 1048576     | "1048576"          | to 1048575
                    --max-per-source 0        | "0"                | --max-per-source: must be a whole number from 1
                    --max-per-source 1e3      | "1e3"              | --max-per-source: must be a whole number from 1
                    --max-wait 5              | "5"                | --max-wait:
                    --max-wait -5s            | "-5s"              | such as 500ms, 30s, 2m or 1h
                    --drain-timeout soon      | "soon"             | --drain-timeout:
                    --policy random           | "random"           | fifo, lifo, priority
                    --policy fifo(            | "fifo("            | --policy:
                    --policy priority(a=1)    | "a"                | known are: ageing
                    --transport pigeon        | "pigeon"           | known are: netty, netty-epoll, netty-io_uring, netty-nio, nio
                    --when-full wait          | "wait"             | must be refuse or hold
                    --half-close maybe        | "maybe"            | must be keep or abandon
                    --class 10.0.0.0/8        | "10.0.0.0/8"       | write CIDR=N
                    --class 10.0.0.0/33=1     | "10.0.0.0/33"      | write ADDRESS/BITS
                    --class 10.0.0/8=1        | "10.0.0/8"         | write ADDRESS/BITS
                    --class fd00::/129=1      | "fd00::/129"       | write ADDRESS/BITS
                    --class sni:a..b=1        | "a..b"             | write one such as db.example.org
                    --class sni:*=1           | "*"                | or *.example.org
                    --class file:/no/file=1   | "/no/file"         | cannot be read
                    --class ::/0=high         | "::/0=high"        | a whole number of at least 0
                    --class ::/0=-1           | "::/0=-1"          | a whole number of at least 0
                    --proxy-protocol-from ::/129   | "::/129"      | --proxy-protocol-from: "::/129" is not a range of addresses
                    --proxy-protocol-from ::1,x    | "x"           | write ADDRESS/BITS
                    --send-proxy v3           | "v3"               | --send-proxy: must be v1 or v2
                    --admit-when now          | "now"              | --admit-when: must be arrived or ready
                    --ready-timeout 0s        | "0s"               | --ready-timeout: must be positive
                    --identify-timeout 0s     | "0s"               | --identify-timeout: must be positive
                    --keep-alive 60s          | "60s"              | must be IDLE/INTERVAL/N
                    --keep-alive 0s/15s/4     | "0s"               | from 1s to 32767s
                    --keep-alive 60s/15s/128  | "128"              | --keep-alive: must be a whole number from 1
                    --max-arriving 0          | "0"                | --max-arriving: must be a whole number from 1
                    --busy-message oh\\no\\q  | "oh\\no\\q"        | write \\r, \\n, \\t or \\\\
                    """)
    void a_bad_option_is_reported_in_one_line_with_the_way_out(String option, String value, String wayOut) {
        List<String> args = new ArrayList<>(ENOUGH);
        args.addAll(Arrays.asList(option.split(" ", 2)));
        assertBadUsage(args, value, wayOut);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = ' ', textBlock = """
                    --listen 127.0.0.1
                    --listen 7000
                    --listen :7000
                    --listen ::1:7000
                    --listen 127.0.0.1:65536
                    --listen 127.0.0.1:http
                    --upstream 127.0.0.1:0
                    --upstream 127.0.0.1:-1
                    --upstream no.such.host.invalid:80
                    --limit 0
                    --limit 1048576
                    --limit ten
                    --admin no
                    """)
    void a_bad_value_is_named_with_its_option(String option, String value) {
        List<String> args = new ArrayList<>(ENOUGH);
        args.set(args.indexOf(option) + 1, value);
        assertBadUsage(args, option, "\"" + value);
    }

    @Test
    void when_full_hold_needs_a_waiting_place() {
        List<String> args = new ArrayList<>(ENOUGH);
        args.addAll(List.of("--when-full", "hold", "--max-waiting", "0"));
        assertBadUsage(args, "--max-waiting: must be at least 1 for --when-full hold");
    }

    private static List<String> fleet(String redis) {
        return new ArrayList<>(List.of(
                "gateway",
                "--listen=127.0.0.1:0",
                "--upstream=127.0.0.1:1",
                "--admin=off",
                "--fleet=" + redis,
                "--fleet-name=orders",
                "--fleet-limit=1"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    http://127.0.0.1:6379         | must be redis://HOST:PORT, or rediss://HOST:PORT
                    127.0.0.1:6379                | must be redis://HOST:PORT
                    redis://127.0.0.1:99999       | --fleet:
                    redis://127.0.0.1:none        | --fleet:
                    redis://:pass-word@127.0.0.1  | --fleet-password-file
                    redis://pass-word@127.0.0.1   | has a user and no password; a password does not belong
                    redis://a:pass-word@127.0.0.1 | --fleet-password-file
                    redis://:pass-word/x@h        | --fleet-password-file
                    redis://:pass-word#x@h        | --fleet-password-file
                    redis:pass-word@h             | --fleet-password-file
                    redis://h?password=pass-word  | must be redis://HOST:PORT
                    redis://h:pass-word           | must be redis://HOST:PORT
                    redis://10.0.0.256            | must be redis://HOST:PORT
                    redis://10.1                  | must be redis://HOST:PORT
                    """)
    void a_bad_address_of_a_fleet_is_bad_usage(String redis, String wayOut) {
        Outcome outcome = run(fleet(redis));
        assertEquals(2, outcome.status, outcome.err);
        assertOneLine(outcome, "--fleet", wayOut);
        assertFalse(outcome.err.contains("pass-word"), outcome.err);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    --fleet-ca=pom.xml            | --fleet-ca: needs a --fleet of rediss://
                    --fleet-password-file=not.here| "not.here" cannot be read
                    --fleet-order=chance          | must be weight or class, was "chance"
                    --fleet-weight=0              | --fleet-weight: must be a whole number from 1
                    --fleet-lease=never           | --fleet-lease:
                    --fleet-user=orders           | fleet-user: needs a password; set it by ANTEROOM_FLEET_PASSWORD
                    --limit=5                     | --limit: cannot be combined with --fleet
                    """)
    void a_bad_option_of_a_fleet_is_bad_usage(String option, String wayOut) {
        List<String> args = fleet("redis://127.0.0.1:1");
        args.add(option);
        assertBadUsage(args, wayOut);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--fleet-password=open-sesame",
                "--fleets=redis://:open-sesame@h",
                "--upstream=redis://:open-sesame@h:1",
                "--admin-token=open-sesame"
            })
    void a_misplaced_secret_is_not_repeated(String option) {
        List<String> args = fleet("redis://127.0.0.1:1");
        args.add(option);
        Outcome outcome = run(args);
        assertEquals(2, outcome.status, outcome.err);
        assertFalse(outcome.err.contains("sesame"), outcome.err);
    }

    @Test
    void a_source_prefix_is_two_numbers_of_bits() {
        for (String prefix : List.of("33/64", "32/129", "0/64", "32", "32/64/1", "/", "32/64 ", "a/b")) {
            List<String> args = new ArrayList<>(ENOUGH);
            args.add("--source-prefix=" + prefix);
            assertBadUsage(args, "--source-prefix: must be two numbers of bits, from 1 to 32 for IPv4");
        }
    }

    @Test
    void an_unreachable_redis_is_reported_before_listening() {
        Outcome outcome = run(fleet("redis://127.0.0.1:1"));
        assertEquals(1, outcome.status);
        assertOneLine(outcome, "--fleet: ", "127.0.0.1:1 ", "refused");
    }

    @Test
    void a_server_that_is_not_a_redis_is_rejected() {
        try (CountingUpstream echo = CountingUpstream.open()) {
            Outcome outcome = run(fleet("redis://" + Endpoint.of(echo.address())));
            assertEquals(1, outcome.status);
            assertOneLine(outcome, "--fleet: ", " cannot be used: ");
        }
    }

    @Test
    void options_that_are_missing_are_named() {
        assertBadUsage(List.of("gateway", "--limit", "1"), "--listen", "--upstream");
    }

    @Test
    void an_unknown_command_is_named() {
        assertBadUsage(List.of("gatewya"), "\"gatewya\"", "did you mean gateway");
    }

    @Test
    void a_command_must_be_given() {
        assertBadUsage(List.of(), "subcommand", "--help");
    }

    @Test
    void a_line_break_in_a_value_does_not_make_two_lines() {
        List<String> args = new ArrayList<>(ENOUGH);
        args.add("a\nb\r\nc");
        assertBadUsage(args, "\"a b c\"", "--help");
    }

    @Test
    void help_lists_every_option_once_and_the_most_needed_first() {
        Outcome outcome = run(List.of("gateway", "--help"));
        assertEquals(0, outcome.status);
        List<String> listed = outcome.out
                .lines()
                .filter(line -> line.matches(" +(-., )?--[a-z].*"))
                .map(line -> line.strip().replaceFirst("^-., ", "").replaceFirst("[=, ].*", ""))
                .toList();
        assertEquals(
                List.of("--help", "--version", "--limit", "--listen", "--upstream", "--config"), listed.subList(0, 6));
        assertEquals("--fleet-key", listed.get(listed.size() - 1));
        List<String> expected = ParsedOptions.names().stream()
                .filter(name -> name.startsWith("--"))
                .sorted()
                .toList();
        assertEquals(expected, listed.stream().sorted().toList());
    }

    @Test
    void help_has_a_heading_for_each_group_and_fits_a_terminal() {
        String help = run(List.of("gateway", "--help")).out;
        int last = 0;
        for (Group group : Group.values()) {
            int heading = help.indexOf("\n" + group.heading() + ":\n");
            assertTrue(heading > last, group.heading());
            last = heading;
        }
        assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
        assertTrue(help.contains("Default: 30s."), help);
    }

    @Test
    void the_version_is_one_line() {
        Outcome outcome = run(List.of("--version"));
        assertEquals(0, outcome.status);
        assertTrue(outcome.out.matches("anteroom .+\\R"), outcome.out);
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            for (String option : List.of("--listen", "--admin")) {
                List<String> args = new ArrayList<>(ENOUGH);
                args.set(args.indexOf(option) + 1, address);
                Outcome outcome = run(args);
                assertEquals(1, outcome.status);
                assertOneLine(outcome, option + ": cannot listen on " + address, "port 0");
            }
        }
    }

    @Test
    void a_missing_inherited_socket_is_reported() {
        List<String> args = new ArrayList<>(ENOUGH);
        args.set(args.indexOf("--listen") + 1, "inherited");
        Outcome outcome = run(args);
        assertEquals(1, outcome.status);
        assertOneLine(outcome, "--listen: cannot listen on inherited", "standard input", "StandardInput=socket");
    }

    @Test
    void the_port_of_another_gateway_is_in_use() {
        try (ScriptedUpstream upstream = ScriptedUpstream.open();
                RunningGateway other = RunningGateway.start(upstream.address(), "--limit", "1")) {
            List<String> args = new ArrayList<>(ENOUGH);
            args.set(args.indexOf("--listen") + 1, Endpoint.of(other.address()).toString());
            Outcome outcome = run(args);
            assertEquals(1, outcome.status);
            assertOneLine(outcome, "--listen: cannot listen on " + Endpoint.of(other.address()));
        }
    }

    @Test
    void without_an_admin_address_nothing_more_is_printed() {
        StringWriter out = new StringWriter();
        int status = new Main(Runnable::run)
                .run(new PrintWriter(out, true), new PrintWriter(out, true), ENOUGH.toArray(String[]::new));
        assertEquals(0, status);
        assertTrue(out.toString().matches("listening on 127\\.0\\.0\\.1:\\d+\\R"), out.toString());
    }

    private static void assertBadUsage(List<String> args, String... parts) {
        Outcome outcome = run(args);
        assertEquals(2, outcome.status, outcome.err);
        assertOneLine(outcome, parts);
    }

    private static void assertOneLine(Outcome outcome, String... parts) {
        assertAll(
                () -> assertEquals("", outcome.out),
                () -> assertEquals(1, outcome.err.lines().count(), outcome.err),
                () -> assertTrue(outcome.err.startsWith("anteroom: "), outcome.err));
        for (String part : parts) {
            assertTrue(outcome.err.contains(part), outcome.err);
        }
    }

    private record Outcome(int status, String out, String err) {}

    private static Outcome run(List<String> args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new Main(end -> end.run())
                .run(new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }
}
