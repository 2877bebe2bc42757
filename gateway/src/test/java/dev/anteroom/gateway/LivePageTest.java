package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The live page of an overloaded gateway, in a browser. */
class LivePageTest {
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";
    private static final String SPACE = " ";
    private static final int CLIENTS = 24;

    private static CountingUpstream upstream;
    private static RunningGateway gateway;
    private static Browser browser;
    private static ExecutorService load;
    private static volatile boolean ended;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Browser.isInstalled(), "there is no chromium and chromedriver on the PATH: the live page is not tried");
        upstream = CountingUpstream.open();
        gateway = RunningGateway.start(upstream.address(), "--limit", "4", "--transport", "nio");
        load = Executors.newFixedThreadPool(CLIENTS);
        ended = false;
        for (int i = 0; i < CLIENTS; i++) {
            load.execute(LivePageTest::connectRepeatedly);
        }
        browser = Browser.open("http://127.0.0.1:" + gateway.adminAddress().getPort() + "/");
    }

    /** Connects again and again. Holds the slot until the upstream has answered, and a moment longer. */
    private static void connectRepeatedly() {
        Random dice = new Random();
        while (!ended) {
            try (ScriptedClient client = gateway.connect()) {
                client.send("hello").read(5);
                Thread.sleep(50 + dice.nextInt(100)); // makes other clients wait; no assertion depends on its length
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // The gateway has closed the connection at the end of the test.
            }
        }
    }

    @AfterAll
    static void close() {
        ended = true;
        if (browser != null) {
            browser.close();
        }
        if (gateway != null) {
            load.shutdownNow();
            gateway.close();
            upstream.close();
        }
    }

    @Test
    void the_figures_are_live_figures_of_the_gate() {
        awaitText("limit", "" + gateway.gate("limit"));
        Await.until("a connection is served", () -> number("active") > 0);
        Await.until("a connection waits", () -> number("waiting") > 0);
        int before = gateway.gate("arrived");
        Await.until("arrivals are counted", () -> total("arrived") > before);
        assertTrue(total("arrived") <= gateway.gate("arrived"));
    }

    @Test
    void the_waiting_room_is_listed_with_source_class_age_and_bytes() {
        Await.until("a waiting connection is listed", () -> !rows("waiters").isEmpty());
        Await.until("its bytes are shown", () -> rows("waiters").stream().anyMatch(row -> row.endsWith("5 B")));
        String first = rows("waiters").get(0);
        assertTrue(first.matches("1\\|127\\.0\\.0\\.1:\\d+\\|10\\|.*s\\|.*B"), first);
        Await.until(
                "the source is listed", () -> rows("sources").stream().anyMatch(row -> row.startsWith("127.0.0.1|")));
    }

    @Test
    void each_chart_is_drawn_and_described_in_words() {
        for (String chart : List.of("load", "waits", "rates")) {
            Await.until(
                    chart + " is drawn",
                    () -> browser.run("const c = document.querySelector('#" + chart
                                    + " canvas'); return c && c.getContext('2d')"
                                    + ".getImageData(0, 0, c.width, c.height).data.some(byte => byte > 0)")
                            .asBoolean());
            Await.until(
                    chart + " is described",
                    () -> browser.run("return document.getElementById('" + chart + "').getAttribute('aria-label')")
                            .asText()
                            .startsWith("Chart over the last ten minutes. Now: "));
        }
    }

    @Test
    void limit_policy_and_pause_are_usable_by_keyboard() {
        focus("new-limit");
        browser.run("document.activeElement.select()");
        browser.type("6" + ENTER);
        gateway.awaitGate("limit", 6);
        awaitText("limit", "6");

        focus("new-policy");
        browser.run("document.activeElement.select()");
        browser.type("lifo" + ENTER);
        Await.until(
                "the policy is changed",
                () -> gateway.gate().path("policy").asText().equals("lifo"));
        awaitText("policy", "lifo");

        focus("pause");
        browser.type(SPACE);
        Await.until("the gate is paused", () -> gateway.gate().path("paused").booleanValue());
        awaitText("pause", "Paused: resume");
        awaitText("active", "0");
        focus("pause");
        browser.type(SPACE);
        Await.until("the gate is resumed", () -> !gateway.gate().path("paused").booleanValue());
        Await.until("a connection is served again", () -> number("active") > 0);

        focus("new-limit");
        browser.run("document.activeElement.select()");
        browser.type("4" + ENTER);
        gateway.awaitGate("limit", 4);
    }

    @Test
    void an_invalid_change_shows_the_reason() {
        focus("new-policy");
        browser.run("document.activeElement.select()");
        browser.type("fastest" + ENTER);
        Await.until("the reason is shown", () -> browser.text("answer").contains("fastest"));
        browser.run("delete document.getElementById('new-policy').dataset.touched");
    }

    @Test
    void every_control_has_a_name_and_is_reachable_by_tab() {
        browser.run("document.activeElement.blur()");
        Set<String> reached = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            browser.type(TAB);
            reached.add(browser.run("return document.activeElement.id || document.activeElement.textContent")
                    .asText());
        }
        assertTrue(reached.containsAll(List.of("new-limit", "new-policy", "pause", "room", "JSON")), reached::toString);
        JsonNode nameless = browser.run("return [...document.querySelectorAll('input, select, button')]"
                + ".filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')))"
                + ".map(e => e.outerHTML)");
        assertEquals(0, nameless.size(), nameless::toString);
    }

    @Test
    void the_page_fits_a_phone_and_follows_dark_mode() {
        browser.emulate(390, 844, "light");
        String light = background();
        assertEquals(
                390, browser.run("return document.documentElement.scrollWidth").intValue());
        browser.emulate(390, 844, "dark");
        assertNotEquals(light, background());
        browser.emulate(1200, 900, "light");
    }

    @Test
    void the_browser_console_shows_no_errors() {
        awaitText("limit", "" + gateway.gate("limit"));
        List<String> errors = new ArrayList<>();
        browser.console().forEach(entry -> {
            // Another test provokes this response.
            if (!entry.path("message").asText().contains("400 (Bad Request)")) {
                errors.add(entry.path("message").asText());
            }
        });
        assertEquals(List.of(), errors);
    }

    private static String background() {
        return browser.run("return getComputedStyle(document.body).backgroundColor")
                .asText();
    }

    private static void focus(String id) {
        browser.run("document.getElementById('" + id + "').focus()");
    }

    private static void awaitText(String id, String text) {
        Await.until(id + " shows " + text, () -> browser.text(id).equals(text));
    }

    private static int number(String id) {
        String text = browser.text(id).replace(",", "");
        return text.matches("\\d+") ? Integer.parseInt(text) : -1;
    }

    private static int total(String name) {
        return rows("totals").stream()
                .filter(row -> row.startsWith(name + "|"))
                .mapToInt(row -> Integer.parseInt(row.replaceAll("\\D", "")))
                .findFirst()
                .orElse(-1);
    }

    private static List<String> rows(String body) {
        List<String> rows = new ArrayList<>();
        browser.run("return [...document.getElementById('" + body
                        + "').rows].map(row => [...row.cells].map(cell => cell.textContent).join('|'))")
                .forEach(row -> rows.add(row.asText()));
        return rows;
    }
}
