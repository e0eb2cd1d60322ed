using System.Text;

namespace Kata.Engine.Catalogue;

/// <summary>The first lines of a statement: all that a list of katas shows, so all that it reads.</summary>
/// <param name="FrontMatter">The YAML at the top.</param>
/// <param name="Title">The first heading.</param>
public sealed record StatementHead(FrontMatter FrontMatter, string Title)
{
    private const string Fence = "---";

    /// <summary>Reads a statement up to its title.</summary>
    /// <exception cref="KataException">The file, its front matter or its title is missing, or does not fit.</exception>
    public static StatementHead Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new KataException(Texts.StatementMissing.With(file));
        }

        using var lines = new StreamReader(file);
        var frontMatter = FrontMatter.Parse(ReadFrontMatter(lines, file), file);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                return new StatementHead(frontMatter, line[2..].Trim());
            }
        }

        throw new KataException(Texts.StatementWithoutTitle.With(file));
    }

    private static string ReadFrontMatter(StreamReader lines, string file)
    {
        if (lines.ReadLine()?.TrimEnd() != Fence)
        {
            throw new KataException(Texts.FrontMatterMissing.With(file));
        }

        var yaml = new StringBuilder();
        while (lines.ReadLine() is { } line)
        {
            if (line.TrimEnd() == Fence)
            {
                return yaml.ToString();
            }

            yaml.AppendLine(line);
        }

        throw new KataException(Texts.FrontMatterOpen.With(file));
    }
}
