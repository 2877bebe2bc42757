package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java snippets of all documents compile together, against the modules of this build. */
class JavaSnippetsTest {
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\n(.*?)^```");
    private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");
    private static final String IMPORTS = """
            import dev.anteroom.gate.*;
            import dev.anteroom.grpc.*;
            import dev.anteroom.limits.*;
            import dev.anteroom.protocol.*;
            import dev.anteroom.reactor.*;
            import dev.anteroom.scheduler.*;
            import dev.anteroom.servlet.*;
            import dev.anteroom.testkit.*;
            import dev.anteroom.transport.netty.*;
            import dev.anteroom.transport.nio.*;
            import io.grpc.*;
            import jakarta.servlet.*;
            import jakarta.servlet.http.*;
            import java.net.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import reactor.core.publisher.*;
            """;

    /** What the text around a snippet says is there. */
    private static final String CONTEXT = """
            abstract class Context {
                AdmissionGate gate;
                io.netty.channel.ChannelPipeline pipeline;
                final Socket socket = new Socket();
                Request request;
                Executor executor;
                ServletContext context;
                BindableService service;
                Remote remote;
                Door<String> tenants;
                int port;

                abstract void serve(Socket socket);

                abstract CompletionStage<String> handle(Request request);
            }

            interface Request {
                String tenant();

                int urgency();

                Duration timeLeft();
            }

            interface Remote {
                Mono<String> call(Request request);
            }
            """;

    @TempDir
    Path directory;

    @Test
    void the_snippets_compile() throws IOException {
        List<Path> sources = new ArrayList<>();
        sources.add(write("Context", IMPORTS + CONTEXT));
        for (Path document : Checkout.files(".md")) {
            Matcher snippet = SNIPPET.matcher(String.join("\n", Checkout.lines(document)));
            while (snippet.find()) {
                sources.add(write(snippet.group(1), sources.size()));
            }
        }
        assertFalse(sources.size() == 1);
        assertEquals("", compile(sources));
    }

    private Path write(String snippet, int number) throws IOException {
        Matcher type = CLASS.matcher(snippet);
        if (type.find()) {
            return write(type.group(1), IMPORTS + snippet);
        }
        String name = "Snippet" + number;
        return write(
                name,
                IMPORTS + "abstract class " + name + " extends Context {\nvoid run() throws Exception {\n" + snippet
                        + "}\n}\n");
    }

    private Path write(String name, String source) throws IOException {
        return Files.writeString(directory.resolve(name + ".java"), source);
    }

    private String compile(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter faults = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", directory.toString(), "-proc:none", "-cp", System.getProperty("java.class.path", ""));
            compiler.getTask(faults, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
        return faults.toString();
    }
}
