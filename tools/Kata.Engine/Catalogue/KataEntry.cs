namespace Kata.Engine.Catalogue;

/// <summary>One kata, as its folder names it: <c>katas/attention/055-why-scale-scores</c>.</summary>
/// <param name="Repository">The clone it is in.</param>
/// <param name="Chapter">The folder above, for example <c>attention</c>.</param>
/// <param name="Folder">Number and slug, for example <c>055-why-scale-scores</c>.</param>
public sealed record KataEntry(Repository Repository, string Chapter, string Folder)
{
    /// <summary>The question's number, 1 to 999.</summary>
    public int Number { get; } = int.Parse(Folder[..3], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The name in words, for example <c>why-scale-scores</c>.</summary>
    public string Slug => Folder[4..];

    /// <summary>The class that a learner fills in, for example <c>WhyScaleScores</c>.</summary>
    public string ClassName => string.Concat(Slug.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The namespace of answer and tests, for example <c>Kata055</c>.</summary>
    public string Namespace => $"Kata{Folder[..3]}";

    /// <summary>The learner's file.</summary>
    public string AnswerFile => Path.Combine(Repository.Katas, Chapter, Folder, $"{ClassName}.cs");

    /// <summary>The reference.</summary>
    public string SolutionFile => Path.Combine(Repository.Solutions, Chapter, Folder, $"{ClassName}.cs");

    /// <summary>The folder of the reference, its answer text, mistakes and alternatives.</summary>
    public string SolutionFolder => Path.Combine(Repository.Solutions, Chapter, Folder);

    /// <summary>The folder of the tests.</summary>
    public string TestFolder => Path.Combine(Repository.Tests, Chapter, Folder);

    /// <summary>The statement in a language, <c>en</c> or <c>zh</c>.</summary>
    public string StatementFile(string language) =>
        Path.Combine(Repository.Katas, Chapter, Folder, language == "zh" ? "README.zh.md" : "README.md");

    /// <summary>The interview answer in a language, <c>en</c> or <c>zh</c>.</summary>
    public string InterviewAnswerFile(string language) =>
        Path.Combine(SolutionFolder, language == "zh" ? "ANSWER.zh.md" : "ANSWER.md");
}
