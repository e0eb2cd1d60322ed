using Kata.Engine.Catalogue;

namespace Kata.Engine.Verdicts;

/// <summary>Whose answers.</summary>
public enum Side
{
    /// <summary>The learner's.</summary>
    Katas,

    /// <summary>The references.</summary>
    Solutions,
}

/// <summary>What to check.</summary>
/// <param name="Kata">The kata.</param>
/// <param name="Answers">Whose answer.</param>
/// <param name="AnswerFile">A file to take in the answer's place; null for the kata's own.</param>
/// <param name="AnswerText">A text to take in the file's place: mistakes, alternatives, mutants.</param>
/// <param name="WorkingTests">Use the tests as they are on disk, for who writes them; otherwise the committed ones.</param>
/// <param name="TimeLimit">How long the tests may run; null for the checker's usual limit.</param>
public sealed record CheckRequest(
    KataEntry Kata,
    Side Answers = Side.Katas,
    string? AnswerFile = null,
    string? AnswerText = null,
    bool WorkingTests = false,
    TimeSpan? TimeLimit = null)
{
    /// <summary>The answer as it was read before, so that it is certain which content the verdict is about; null to read it now.</summary>
    public Compile.AnswerFile? Content { get; init; }

    /// <summary>Is told the name of each test that begins, on any thread; null when nobody wants to know.</summary>
    public Action<string>? TestBegins { get; init; }

    /// <summary>Where the answer is, or is taken to be.</summary>
    public string AnswerPath => Path.GetFullPath(AnswerFile ?? (Answers == Side.Katas ? Kata.AnswerFile : Kata.SolutionFile));
}
