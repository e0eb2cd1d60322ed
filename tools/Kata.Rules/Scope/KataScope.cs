using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Scope;

/// <summary>
/// What a kata says about the rules: its statement and its tests, which every way of compiling hands over as
/// additional files. They belong to the source file in the folder of the same name.
/// </summary>
internal sealed class KataScope
{
    private readonly ImmutableArray<ImmutableArray<string>> rules;
    private readonly Lazy<ImmutableArray<string>> tests;

    private KataScope(string statement, Lazy<ImmutableArray<string>> tests)
    {
        Statement = statement;
        this.tests = tests;
        rules = FrontMatter.RulesIn(statement);
    }

    /// <summary>The text of the statement, empty if it was not handed over.</summary>
    public string Statement { get; }

    /// <summary>The texts of tests and golden values, empty if they were not handed over.</summary>
    public ImmutableArray<string> Tests => tests.Value;

    /// <summary>The scope of a source file.</summary>
    public static KataScope Of(SyntaxTree tree, ImmutableArray<AdditionalText> additionalFiles, CancellationToken cancellation)
    {
        var mine = Belonging(FolderName(tree.FilePath), additionalFiles);
        var statement = mine.FirstOrDefault(file => FileName(file.Path) == "README.md");
        return new KataScope(
            statement is null ? "" : Read(statement),
            new(() => mine.Where(file => FileName(file.Path) == "golden.json" || file.Path.EndsWith("Tests.cs", StringComparison.Ordinal))
                .Select(Read)
                .ToImmutableArray()));

        string Read(AdditionalText file) => file.GetText(cancellation)?.ToString() ?? "";
    }

    /// <summary>Whether a rule speaks in this kata.</summary>
    public bool Includes(string id, RuleReach reach) =>
        reach == RuleReach.EveryKata ? rules.All(rule => rule[0] != $"-{id}") : rules.Any(rule => rule[0] == id);

    /// <summary>The arguments of each entry of a rule, for example the names of methods.</summary>
    public IEnumerable<ImmutableArray<string>> ArgumentsOf(string id) =>
        rules.Where(rule => rule[0] == id).Select(rule => rule.RemoveAt(0));

    /// <summary>
    /// The files whose folder has the name of the source's folder. A source from elsewhere, for example a
    /// copy that is checked in the answer's place, belongs to the only kata there is.
    /// </summary>
    private static List<AdditionalText> Belonging(string folder, ImmutableArray<AdditionalText> files)
    {
        var mine = files.Where(file => FolderName(file.Path) == folder).ToList();
        return mine.Count > 0 || files.Select(file => FolderName(file.Path)).Distinct().Count() != 1 ? mine : [.. files];
    }

    private static string FolderName(string path)
    {
        var parts = path.Split('/', '\\');
        return parts.Length > 1 ? parts[parts.Length - 2] : "";
    }

    private static string FileName(string path) => path.Split('/', '\\').Last();
}
