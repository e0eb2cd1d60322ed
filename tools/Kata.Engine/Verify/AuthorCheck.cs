using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>Checks on behalf of an author: against the tests as they are in the working tree.</summary>
public static class AuthorCheck
{
    /// <summary>A check of a text in the answer's place.</summary>
    public static CheckRequest OfText(KataEntry kata, string answer) =>
        new(kata, Side.Solutions, AnswerText: answer, WorkingTests: true,
            TimeLimit: StatementHead.Read(kata.StatementFile("en")).FrontMatter.TimeLimit);

    /// <summary>A verdict in one line.</summary>
    public static string Describe(Verdict verdict)
    {
        var failed = verdict.Tests.FirstOrDefault(test => test.Outcome != TestOutcome.Passed);
        var reason = verdict.CompilerMessages.FirstOrDefault() is { } error ? $"line {error.Line}: {error.Message}"
            : verdict.Message ?? (failed is null ? "" : $"{failed.Name}: {failed.Message?.Split('\n')[0]}");
        return $"{verdict.Kind}, {reason}";
    }
}
