using System.Reflection;
using System.Text.RegularExpressions;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Authoring;

/// <summary>
/// Lays out the files of a new kata from templates. What it writes compiles and passes, and <c>kata verify</c> names
/// each file in which something is still to be written.
/// </summary>
public static partial class NewKata
{
    /// <summary>The words that templates leave where an author has to write.</summary>
    public const string ToBeWritten = "TO BE WRITTEN";

    /// <summary>Writes the files.</summary>
    /// <param name="repository">The clone.</param>
    /// <param name="catalogue">Its katas.</param>
    /// <param name="number">The question's number, 1 to 999.</param>
    /// <param name="slug">Words in lower case joined by hyphens.</param>
    /// <param name="chapter">The folder to put it in.</param>
    /// <returns>The files that were written.</returns>
    /// <exception cref="KataException">The number is taken, or a name is not of the right form.</exception>
    public static IReadOnlyList<string> LayOut(Repository repository, KataCatalogue catalogue, int number, string slug, string chapter)
    {
        if (number is < 1 or > 999)
        {
            throw new KataException($"{number} is no number for a kata: 1 to 999.");
        }

        if (!Words().IsMatch(slug) || !Words().IsMatch(chapter))
        {
            throw new KataException($"'{chapter}/{slug}': chapter and slug are words in lower case joined by hyphens, for example attention/einsum-attention.");
        }

        if (catalogue.Katas.FirstOrDefault(other => other.Number == number) is { } taken)
        {
            throw new KataException($"Number {number} is taken by {taken.Folder}.");
        }

        var kata = new KataEntry(repository, chapter, $"{number:000}-{slug}");
        var files = new (string Template, string File)[]
        {
            ("stub", kata.AnswerFile),
            ("statement.en", kata.StatementFile("en")),
            ("statement.zh", kata.StatementFile("zh")),
            ("reference", kata.SolutionFile),
            ("answer.en", kata.InterviewAnswerFile("en")),
            ("answer.zh", kata.InterviewAnswerFile("zh")),
            ("mistakes", Path.Combine(kata.SolutionFolder, "mistakes.yml")),
            ("alternative", Path.Combine(kata.SolutionFolder, "alternatives", "other-style.cs")),
            ("tests", Path.Combine(kata.TestFolder, $"{kata.ClassName}Tests.cs")),
        };
        foreach (var (template, file) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, Fill(Template(template), kata));
        }

        return [.. files.Select(file => file.File)];
    }

    private static string Fill(string template, KataEntry kata) => template
        .Replace("{{Namespace}}", kata.Namespace, StringComparison.Ordinal)
        .Replace("{{ClassName}}", kata.ClassName, StringComparison.Ordinal)
        .Replace("{{Title}}", char.ToUpperInvariant(kata.Slug[0]) + kata.Slug[1..].Replace('-', ' '), StringComparison.Ordinal)
        .Replace("{{ToBeWritten}}", ToBeWritten, StringComparison.Ordinal);

    private static string Template(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Template.{name}")!;
        return new StreamReader(stream).ReadToEnd();
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Words();
}
