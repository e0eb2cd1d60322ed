using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;

namespace Kata.Bench;

/// <summary>A new content of an answer.</summary>
/// <param name="Kata">The kata whose answer it is.</param>
/// <param name="Text">The content.</param>
/// <param name="Verdict">The verdict that the tool must reach.</param>
/// <param name="ByRename">Whether it is written beside the file and renamed, as many editors do; else in place.</param>
internal sealed record Edit(KataEntry Kata, string Text, string Verdict, bool ByRename)
{
    /// <summary>Saves it.</summary>
    public void Save()
    {
        if (!ByRename)
        {
            File.WriteAllText(Kata.AnswerFile, Text);
            return;
        }

        var beside = Kata.AnswerFile + "~";
        File.WriteAllText(beside, Text);
        File.Move(beside, Kata.AnswerFile, overwrite: true);
    }
}

/// <summary>
/// Edits of a kata: the reference with a change of code, with a new comment, with a known mistake, with a missing
/// semicolon. No content comes twice, so that no verdict can have been kept.
/// </summary>
/// <param name="kata">The kata.</param>
internal sealed class Edits(KataEntry kata)
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 4;

    private readonly string reference = File.ReadAllText(kata.SolutionFile).ReplaceLineEndings("\n");
    private readonly IReadOnlyList<Mistake> mistakes = MistakeFile.Read(kata);
    private int count;

    /// <summary>The next edit; the kinds take turns.</summary>
    public Edit Next()
    {
        var number = count++;
        var round = number / Kinds;
        var newCode = $"\nfile static class Edit{number}\n{{\n    public static int Number => {number};\n}}\n";
        var (text, verdict) = (number % Kinds) switch
        {
            0 => (reference + newCode, "pass"),
            1 => (reference + $"\n// Edit {number}.\n", "pass"),
            2 => (mistakes[round % mistakes.Count].Apply(reference) + newCode, "fail"),
            _ => (reference.Remove(reference.LastIndexOf(';'), 1) + newCode, "doesNotCompile"),
        };
        return new Edit(kata, text, verdict, ByRename: round % 2 == 1);
    }
}
