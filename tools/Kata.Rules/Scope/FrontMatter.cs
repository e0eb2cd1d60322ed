using System.Collections.Immutable;

namespace Kata.Rules.Scope;

/// <summary>
/// The <c>rules:</c> of a statement's front matter, in a line (<c>rules: [KATA004, "KATA014 Attention"]</c>) or as a
/// list below. An analyzer cannot bring a YAML reader along, and these two forms are all that is used.
/// </summary>
internal static class FrontMatter
{
    private const string Fence = "---";
    private const string Key = "rules:";

    /// <summary>The entries as words: the id first, then its arguments.</summary>
    public static ImmutableArray<ImmutableArray<string>> RulesIn(string statement)
    {
        var lines = statement.Split('\n').Select(line => line.TrimEnd()).ToList();
        if (lines[0] != Fence)
        {
            return [];
        }

        var header = lines.Skip(1).TakeWhile(line => line != Fence).ToList();
        var start = header.FindIndex(line => line.StartsWith(Key, StringComparison.Ordinal));
        if (start < 0)
        {
            return [];
        }

        var inline = WithoutComment(header[start].Substring(Key.Length)).Trim().Trim('[', ']');
        var entries = inline.Length > 0
            ? inline.Split(',')
            : header.Skip(start + 1)
                .Select(line => WithoutComment(line).Trim())
                .TakeWhile(line => line.StartsWith("-", StringComparison.Ordinal))
                .Select(line => line.Substring(1));
        return entries
            .Select(entry => entry.Trim().Trim('"', '\'').Split([' '], StringSplitOptions.RemoveEmptyEntries).ToImmutableArray())
            .Where(words => words.Length > 0)
            .ToImmutableArray();
    }

    private static string WithoutComment(string line)
    {
        var comment = line.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? line : line.Substring(0, comment);
    }
}
