namespace Kata.Engine;

/// <summary>Something the user can put right: the message is one line that names what is wrong and the fix.</summary>
/// <param name="message">Shown to the user as it is.</param>
public sealed class KataException(string message) : Exception(message);
