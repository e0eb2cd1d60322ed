namespace Kata.Engine.Progress;

/// <summary>
/// Writes a file whole or not at all: another process, or a kill at any moment, finds the old content or the new.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file, and its folder when it is missing.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static void Write(string file, string text)
    {
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, file, overwrite: true);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // So the runtime says that a limit of this system or user forbids a file of that length.
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a file that the user can do without, for example a cache.</summary>
    /// <returns>Null, or one line that says why it could not be written.</returns>
    public static string? TryWrite(string file, string text)
    {
        try
        {
            Write(file, text);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Texts.NotKept.With(file, exception.Message);
        }
    }
}
