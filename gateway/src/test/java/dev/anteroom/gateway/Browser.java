package dev.anteroom.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anteroom.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, driven over W3C WebDriver. Needs the Debian packages chromium and chromium-driver. */
final class Browser implements AutoCloseable {
    /** The first start of a browser reads hundreds of megabytes, from a disk that may be cold. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final URI server;
    private final String session;

    private Browser(Process driver, URI server) {
        this.driver = driver;
        this.server = server;
        Await.until("the driver is ready", () -> {
            try {
                return call("GET", "/status", null).path("ready").booleanValue();
            } catch (UncheckedIOException e) {
                return false;
            }
        });
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.putArray("args").add("--headless=new").add("--no-sandbox").add("--disable-dev-shm-usage");
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ObjectNode always = request.putObject("capabilities").putObject("alwaysMatch");
        always.set("goog:chromeOptions", options);
        always.putObject("goog:loggingPrefs").put("browser", "ALL");
        session = "/session/"
                + call("POST", "/session", request).path("sessionId").textValue();
    }

    /** Returns whether Chromium and its driver are on the PATH. */
    static boolean isInstalled() {
        return isOnPath("chromium") && isOnPath("chromedriver");
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    static Browser open(String url) throws IOException {
        int port;
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = any.getLocalPort();
        }
        Process driver = new ProcessBuilder("chromedriver", "--port=" + port)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Browser browser = new Browser(driver, URI.create("http://127.0.0.1:" + port));
            browser.call(
                    "POST",
                    browser.session + "/url",
                    JsonNodeFactory.instance.objectNode().put("url", url));
            return browser;
        } catch (RuntimeException e) {
            driver.destroy();
            throw e;
        }
    }

    /** Runs a script and returns its result. */
    JsonNode run(String script) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("script", script);
        body.putArray("args");
        return call("POST", session + "/execute/sync", body);
    }

    String text(String id) {
        return run("return document.getElementById('" + id + "').textContent").textValue();
    }

    /** Presses keys in the focused element. */
    void type(String keys) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode keyboard =
                body.putArray("actions").addObject().put("type", "key").put("id", "keyboard");
        var actions = keyboard.putArray("actions");
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            actions.addObject().put("type", "keyDown").put("value", key);
            actions.addObject().put("type", "keyUp").put("value", key);
        });
        call("POST", session + "/actions", body);
    }

    /** Emulates a device: its screen and its color scheme. */
    void emulate(int width, int height, String scheme) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\": " + width + ", \"height\": " + height + ", \"deviceScaleFactor\": 1, \"mobile\": "
                        + (width < 700) + "}");
        devTools(
                "Emulation.setEmulatedMedia",
                "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"" + scheme + "\"}]}");
    }

    private void devTools(String command, String parameters) {
        try {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("cmd", command);
            body.set("params", JSON.readTree(parameters));
            call("POST", session + "/goog/cdp/execute", body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the console entries since the last call. */
    JsonNode console() {
        return call(
                "POST",
                session + "/se/log",
                JsonNodeFactory.instance.objectNode().put("type", "browser"));
    }

    private JsonNode call(String method, String path, @Nullable JsonNode body) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .timeout(TIMEOUT)
                .build();
        try {
            JsonNode value = JSON.readTree(
                            http.send(request, BodyHandlers.ofString()).body())
                    .path("value");
            if (value.has("error")) {
                throw new AssertionError(path + ": " + value.path("message").textValue());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, null);
        } finally {
            driver.destroy();
        }
    }
}
