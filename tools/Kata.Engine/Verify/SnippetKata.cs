using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Engine.Verify;

/// <summary>The kata that a rule's snippet is tried in; no file of it is on a disk.</summary>
internal static class SnippetKata
{
    /// <summary>Where its answer would be.</summary>
    public const string AnswerFile = "/katas/chapter/055-snippet/Snippet.cs";

    /// <summary>Its statement, unless a rule needs another.</summary>
    public const string Statement = "# A kata";

    /// <summary>An answer of the members that a snippet is.</summary>
    public static string Answer(string members) => $"public static class Snippet\n{{\n{members}\n}}\n";

    /// <summary>What a rule is told besides the answer.</summary>
    /// <param name="entries">The entries of <c>rules:</c> in the front matter.</param>
    /// <param name="statement">The rest of the statement.</param>
    /// <param name="tests">The text of the tests.</param>
    public static ImmutableArray<AdditionalText> Context(string entries, string statement, string tests) =>
    [
        new InMemoryText("/katas/chapter/055-snippet/README.md", $"---\nrules: [{entries}]\n---\n{statement}\n"),
        new InMemoryText("/tests/chapter/055-snippet/SnippetTests.cs", tests),
    ];
}
