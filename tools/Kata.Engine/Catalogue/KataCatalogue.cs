using System.Globalization;
using System.Text.RegularExpressions;

namespace Kata.Engine.Catalogue;

/// <summary>
/// All katas of a clone. The folders are the register: <c>katas/(chapter)/(number)-(slug)</c>, nothing else is read.
/// </summary>
public sealed partial class KataCatalogue
{
    /// <summary>The chapters in the order of the curriculum; a chapter that is not named here comes after, by name.</summary>
    private static readonly string[] Chapters =
    [
        "attention", "decoder", "positions", "layers", "tokens", "training", "efficiency", "pretraining",
        "applications", "bayes", "foundations",
    ];

    private readonly Repository repository;

    private KataCatalogue(Repository repository, IReadOnlyList<KataEntry> katas)
    {
        this.repository = repository;
        Katas = katas;
    }

    /// <summary>Every kata, by chapter and number.</summary>
    public IReadOnlyList<KataEntry> Katas { get; }

    /// <summary>Reads the folders of a clone.</summary>
    public static KataCatalogue Load(Repository repository)
    {
        var katas =
            from chapter in Chapters.Concat(Folders(repository.Katas).Except(Chapters))
            from folder in Folders(Path.Combine(repository.Katas, chapter))
            where FolderName().IsMatch(folder)
            select new KataEntry(repository, chapter, folder);
        return new KataCatalogue(repository, [.. katas]);
    }

    /// <summary>Finds a kata by what a user types: its number, its slug, or the path of one of its files or folders.</summary>
    /// <param name="text">For example <c>72</c>, <c>072</c>, <c>einsum-attention</c> or a path.</param>
    /// <param name="workingDirectory">Where a relative path starts.</param>
    /// <exception cref="KataException">There is none; the message suggests the nearest.</exception>
    public KataEntry Find(string text, string workingDirectory) =>
        Katas.FirstOrDefault(kata => HasName(kata, text))
        ?? FindByPath(Path.GetFullPath(text, workingDirectory))
        ?? throw new KataException(NotFound(text));

    private static List<string> Folders(string parent)
    {
        List<string> names = Directory.Exists(parent) ? [.. Directory.EnumerateDirectories(parent).Select(folder => Path.GetFileName(folder))] : [];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static bool HasName(KataEntry kata, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? kata.Number == number
            : text.Equals(kata.Slug, StringComparison.OrdinalIgnoreCase)
                || text.Equals(kata.Folder, StringComparison.OrdinalIgnoreCase);

    private KataEntry? FindByPath(string path)
    {
        var parts = Path.GetRelativePath(repository.Root, path).Split(Path.DirectorySeparatorChar);
        return parts is ["katas" or "solutions" or "tests", var chapter, var folder, ..]
            ? Katas.FirstOrDefault(kata => kata.Chapter == chapter && kata.Folder == folder)
            : null;
    }

    private string NotFound(string text)
    {
        var names = Katas.SelectMany(kata => new[]
        {
            (Name: kata.Number.ToString(CultureInfo.InvariantCulture), Kata: kata),
            (Name: kata.Slug, Kata: kata),
        });
        return Suggestion.For(text, names, name => name.Name) is { Kata: { } nearest }
            ? Texts.NoSuchKataSuggestion.With(text, nearest.Folder[..3], nearest.Slug)
            : Texts.NoSuchKata.With(text);
    }

    [GeneratedRegex("^[0-9]{3}(-[a-z0-9]+)+$")]
    private static partial Regex FolderName();
}
