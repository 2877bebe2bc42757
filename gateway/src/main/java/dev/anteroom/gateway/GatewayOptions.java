package dev.anteroom.gateway;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;

import dev.anteroom.gateway.catalogue.Catalogue;
import dev.anteroom.gateway.catalogue.Group;
import dev.anteroom.gateway.catalogue.Setting;
import dev.anteroom.gateway.catalogue.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code anteroom gateway}: those of the catalogue, under their headings, and {@code --config}. */
final class GatewayOptions implements Source {
    static final String CONFIG = "--config";

    private final ParseResult given;
    private final List<String> faults = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    GatewayOptions(ParseResult given) {
        this.given = given;
    }

    /** Adds the options to the command, and lists them in {@code --help} under their headings. */
    static final class Model implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            Catalogue.all().stream().filter(Setting::hasOption).forEach(setting -> command.addOption(option(setting)));
            command.addOption(config());
            command.usageMessage().sectionMap().put(SECTION_KEY_OPTION_LIST, Model::list);
            return command;
        }

        private static String list(Help help) {
            StringBuilder list = new StringBuilder(list(help, Model::isStandard));
            for (Group group : Group.values()) {
                list.append(String.format("%n%s:%n", group.heading()));
                list.append(list(help, option -> isIn(group, option)));
            }
            return list.toString();
        }

        private static String list(Help help, Predicate<OptionSpec> isListed) {
            Help.Layout layout = help.createDefaultLayout();
            layout.addAllOptions(
                    help.commandSpec().options().stream().filter(isListed).toList(), help.parameterLabelRenderer());
            return layout.toString();
        }

        private static boolean isStandard(OptionSpec option) {
            return option.usageHelp() || option.versionHelp();
        }

        private static boolean isIn(Group group, OptionSpec option) {
            return option.longestName().equals(CONFIG)
                    ? group == Group.ESSENTIALS
                    : Catalogue.all().stream()
                            .anyMatch(setting ->
                                    setting.group() == group && setting.option().equals(option.longestName()));
        }

        private static OptionSpec option(Setting<?, ?> setting) {
            OptionSpec.Builder option = OptionSpec.builder(setting.option())
                    .paramLabel(setting.type().label())
                    .description(describe(setting).replace("%", "%%"))
                    .completionCandidates(setting.type().words())
                    .arity("1");
            return setting.isList()
                    ? option.type(List.class).auxiliaryTypes(String.class).build()
                    : option.type(String.class).build();
        }

        private static String describe(Setting<?, ?> setting) {
            String byDefault = setting.defaultText();
            String repeated = setting.isList() ? " May be repeated." : "";
            return setting.summary() + repeated + (byDefault == null ? "" : " Default: " + byDefault + ".");
        }

        private static OptionSpec config() {
            return OptionSpec.builder(CONFIG)
                    .paramLabel("FILE")
                    .type(Path.class)
                    .description("Configuration file, instead of these options. SIGHUP reloads it.")
                    .build();
        }
    }

    /** Returns the file of {@code --config}; null if there is none. */
    @Nullable
    Path config() {
        return given.matchedOptionValue(CONFIG, null);
    }

    /** Returns the first given option that belongs in the file; null if there is none. */
    @Nullable
    String firstThatBelongsInFile() {
        return Catalogue.all().stream()
                .filter(setting -> setting.hasOption() && !setting.isBesideFile() && has(setting))
                .map(Setting::name)
                .findFirst()
                .orElse(null);
    }

    /** Returns what is wrong, in one line; null if nothing is. */
    @Nullable
    String fault() {
        if (!faults.isEmpty()) {
            return faults.get(0);
        }
        return missing.isEmpty() ? null : "missing: " + String.join(", ", missing) + "; or use " + CONFIG + " FILE";
    }

    @Override
    public boolean has(Setting<?, ?> setting) {
        return !setting.hasOption() || given.hasMatchedOption(setting.option());
    }

    @Override
    public List<Text> texts(Setting<?, ?> setting) {
        if (!setting.hasOption()) {
            return List.of(new Text(GatewayCommand.ONLY_GATE, message -> {}));
        }
        List<String> texts = setting.isList()
                ? given.matchedOptionValue(setting.option(), List.of())
                : List.of(given.matchedOptionValue(setting.option(), ""));
        return texts.stream()
                .map(text -> new Text(text, message -> fault(setting, message)))
                .toList();
    }

    @Override
    public String name(Setting<?, ?> setting) {
        return setting.option();
    }

    @Override
    public void fault(Setting<?, ?> setting, String message) {
        faults.add(setting.option() + ": " + message);
    }

    @Override
    public void missing(Setting<?, ?> setting) {
        missing.add(setting.option());
    }
}
