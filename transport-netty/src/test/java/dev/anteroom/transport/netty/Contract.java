package dev.anteroom.transport.netty;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.anteroom.testkit.TransportSuite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The promises of the suite, by group, and each transport's results. */
final class Contract {
    private final Map<String, Class<? extends TransportSuite>> suites;
    private final Map<String, Map<String, Map<String, String>>> groups = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();

    private Contract(Map<String, Class<? extends TransportSuite>> suites) {
        this.suites = suites;
    }

    static Contract of(Map<String, Class<? extends TransportSuite>> suites) {
        Contract contract = new Contract(suites);
        suites.forEach(contract::run);
        return contract;
    }

    private void run(String transport, Class<? extends TransportSuite> suite) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(suite))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            private TestPlan plan;

            @Override
            public void testPlanExecutionStarted(TestPlan plan) {
                this.plan = plan;
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    String group = plan.getParent(test).orElseThrow().getDisplayName();
                    note(sentence(group), sentence(test.getDisplayName()), transport, result);
                } else if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    broken.add(transport + ": " + test.getDisplayName());
                }
            }
        });
    }

    /** Returns the sentence of a test, from its method's name or from its row in a table of tests. */
    private static String sentence(String name) {
        return name.replace("()", "").replace('_', ' ');
    }

    private void note(String group, String sentence, String transport, TestExecutionResult result) {
        String answer = switch (result.getStatus()) {
            case SUCCESSFUL -> "yes";
            case ABORTED -> "-";
            case FAILED -> "**no**";
        };
        groups.computeIfAbsent(group, name -> new TreeMap<>())
                .computeIfAbsent(sentence, name -> new LinkedHashMap<>())
                .put(transport, answer);
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            broken.add(transport + ": " + sentence);
        }
    }

    /** Returns the promises that are broken, although no capability method excludes them. */
    List<String> broken() {
        return broken;
    }

    String page() {
        StringBuilder page = new StringBuilder();
        groups.forEach((group, sentences) -> {
            page.append(TransportTable.header("**" + group + "**", suites.keySet()));
            sentences.forEach((sentence, answers) -> {
                page.append("| ").append(sentence);
                suites.keySet().forEach(transport -> page.append(" | ").append(answers.getOrDefault(transport, "")));
                page.append(" |\n");
            });
            page.append('\n');
        });
        return page.toString().stripTrailing() + "\n";
    }
}
