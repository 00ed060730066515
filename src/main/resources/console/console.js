// Endpoints can be dragged. All that comes of it is another order of the fields, which the form then sends.
(function () {
  'use strict';
  let dragged = null;

  document.addEventListener('dragstart', function (event) {
    const grip = event.target.closest && event.target.closest('.grip');
    dragged = grip ? grip.closest('.row') : null;
    if (!dragged) {
      return;
    }
    dragged.classList.add('dragged');
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', '');
    event.dataTransfer.setDragImage(dragged, 10, 10);
  });

  document.addEventListener('dragover', function (event) {
    const over = dragged && event.target.closest('.rows > .row');
    if (!over) {
      return;
    }
    event.preventDefault();
    if (over !== dragged && over.parentNode === dragged.parentNode) {
      const box = over.getBoundingClientRect();
      over.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
    }
  });

  document.addEventListener('drop', function (event) {
    if (dragged) {
      event.preventDefault();
    }
  });

  document.addEventListener('dragend', function () {
    if (!dragged) {
      return;
    }
    dragged.classList.remove('dragged');
    dragged = null;
    document.getElementById('order').click();
  });

  // Nobody knows then what became of it, and nothing is sent a second time.
  document.addEventListener('htmx:sendError', function () {
    const said = document.createElement('div');
    said.className = 'fault floating';
    said.textContent = 'The gateway did not answer. Load the page again: it says what is there now.';
    document.getElementById('went-wrong').replaceChildren(said);
  });

  // What is open stays open when the gateway answers a step.
  document.addEventListener('htmx:beforeSwap', function () {
    document.documentElement.toggleAttribute('data-advanced', !!document.querySelector('.advanced[open]'));
  });
  document.addEventListener('htmx:afterSwap', function () {
    const advanced = document.querySelector('.advanced');
    if (advanced && document.documentElement.hasAttribute('data-advanced')) {
      advanced.open = true;
    }
  });
})();
