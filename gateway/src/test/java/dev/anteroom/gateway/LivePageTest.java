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

/** The live page in a browser, of a gateway that more clients come to than it serves. */
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
            load.execute(LivePageTest::comeAgainAndAgain);
        }
        browser = Browser.open("http://127.0.0.1:" + gateway.adminAddress().getPort() + "/");
    }

    /** Holds its slot until the upstream has answered, and a moment longer. */
    private static void comeAgainAndAgain() {
        Random dice = new Random();
        while (!ended) {
            try (ScriptedClient client = gateway.connect()) {
                client.send("hello").read(5);
                Thread.sleep(50 + dice.nextInt(100)); // what makes others wait; nothing is decided by it
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Cut off at the end.
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
    void the_figures_are_those_of_the_gate_and_move() {
        awaitText("limit", "" + gateway.gate("limit"));
        Await.until("somebody is served", () -> number("active") > 0);
        Await.until("somebody waits", () -> number("waiting") > 0);
        int before = gateway.gate("arrived");
        Await.until("those who come are counted", () -> total("arrived") > before);
        assertTrue(total("arrived") <= gateway.gate("arrived"));
    }

    @Test
    void the_waiting_room_is_listed_with_source_class_age_and_bytes() {
        Await.until("somebody is listed", () -> !rows("waiters").isEmpty());
        Await.until("the bytes are told", () -> rows("waiters").stream().anyMatch(row -> row.endsWith("5 B")));
        String first = rows("waiters").get(0);
        assertTrue(first.matches("1\\|127\\.0\\.0\\.1:\\d+\\|10\\|.*s\\|.*B"), first);
        Await.until(
                "the source is listed", () -> rows("sources").stream().anyMatch(row -> row.startsWith("127.0.0.1|")));
    }

    @Test
    void each_chart_is_drawn_and_says_in_words_what_it_shows() {
        for (String chart : List.of("load", "waits", "rates")) {
            Await.until(
                    chart + " is drawn",
                    () -> browser.run("const c = document.querySelector('#" + chart
                                    + " canvas'); return c && c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
                                    + ".some(byte => byte > 0)")
                            .asBoolean());
            Await.until(
                    chart + " is described",
                    () -> browser.run("return document.getElementById('" + chart + "').getAttribute('aria-label')")
                            .asText()
                            .startsWith("Chart over the last ten minutes. Now: "));
        }
    }

    @Test
    void limit_policy_and_pause_are_changed_by_the_keyboard_alone() {
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
        Await.until("somebody is served again", () -> number("active") > 0);

        focus("new-limit");
        browser.run("document.activeElement.select()");
        browser.type("4" + ENTER);
        gateway.awaitGate("limit", 4);
    }

    @Test
    void what_cannot_be_is_answered_with_the_reason() {
        focus("new-policy");
        browser.run("document.activeElement.select()");
        browser.type("fastest" + ENTER);
        Await.until("the reason is shown", () -> browser.text("answer").contains("fastest"));
        browser.run("delete document.getElementById('new-policy').dataset.touched");
    }

    @Test
    void every_control_is_reached_by_tab_and_has_a_name() {
        browser.run("document.activeElement.blur()");
        Set<String> reached = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            browser.type(TAB);
            reached.add(browser.run("return document.activeElement.id || document.activeElement.textContent")
                    .asText());
        }
        assertTrue(reached.containsAll(List.of("new-limit", "new-policy", "pause", "room", "JSON")), reached::toString);
        JsonNode nameless = browser.run(
                "return [...document.querySelectorAll('input, select, button')]"
                        + ".filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label'))).map(e => e.outerHTML)");
        assertEquals(0, nameless.size(), nameless::toString);
    }

    @Test
    void on_a_phone_nothing_is_wider_than_the_screen_and_dark_is_dark() {
        browser.emulate(390, 844, "light");
        String light = background();
        assertEquals(
                390, browser.run("return document.documentElement.scrollWidth").intValue());
        browser.emulate(390, 844, "dark");
        assertNotEquals(light, background());
        browser.emulate(1200, 900, "light");
    }

    @Test
    void the_browser_complains_of_nothing() {
        awaitText("limit", "" + gateway.gate("limit"));
        List<String> complaints = new ArrayList<>();
        browser.console().forEach(entry -> {
            // That a change was refused is a test above.
            if (!entry.path("message").asText().contains("400 (Bad Request)")) {
                complaints.add(entry.path("message").asText());
            }
        });
        assertEquals(List.of(), complaints);
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
