package dev.anteroom.gateway.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The files of the live page and of its charting library, read from the class path. */
final class Assets {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/" + uplotVersion() + "/dist/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private static final Map<String, Asset> BY_PATH = Map.of(
            "/", new Asset("page.html", HTML),
            "/assets/page.css", new Asset("page.css", CSS),
            "/assets/page.js", new Asset("page.js", JAVASCRIPT),
            "/assets/uPlot.min.css", new Asset(UPLOT + "uPlot.min.css", CSS),
            "/assets/uPlot.iife.min.js", new Asset(UPLOT + "uPlot.iife.min.js", JAVASCRIPT));

    private Assets() {}

    /** Returns the file at a path, or null if there is none. */
    static @Nullable Answer at(String path) {
        Asset asset = BY_PATH.get(path);
        return asset == null ? null : asset.read();
    }

    private static String uplotVersion() {
        Properties properties = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is not on the class path");
        }
        return in;
    }

    private record Asset(String resource, String type) {
        Answer read() {
            try (InputStream in = open(resource)) {
                return new Answer(200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
