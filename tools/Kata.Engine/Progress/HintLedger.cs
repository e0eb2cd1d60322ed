using System.Globalization;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Progress;

/// <summary>Remembers how many folded hints of each task were shown, in <c>.kata/hints/(number)/(task)</c>.</summary>
/// <param name="repository">The clone.</param>
public sealed class HintLedger(Repository repository)
{
    /// <summary>How many hints of a task were shown.</summary>
    public int Shown(KataEntry kata, int task)
    {
        var file = FileOf(kata, task);
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var shown)
            ? shown
            : 0;
    }

    /// <summary>Remembers that one more was shown.</summary>
    /// <returns>Null, or one line that says why it could not be kept.</returns>
    public string? Remember(KataEntry kata, int task, int shown) =>
        AtomicFile.TryWrite(FileOf(kata, task), shown.ToString(CultureInfo.InvariantCulture));

    /// <summary>Forgets what was shown of a kata: its hints begin again.</summary>
    public void Forget(KataEntry kata)
    {
        var folder = Path.GetDirectoryName(FileOf(kata, 0))!;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string FileOf(KataEntry kata, int task) =>
        Path.Combine(repository.State, "hints", kata.Folder[..3], task.ToString(CultureInfo.InvariantCulture));
}
